import Foundation
import Microscopy
import Store
public import XRay

/// Simulates maps of a mineral assemblage, and stores the truth of each beside it as the result `truth`.
public struct SimulateMineral: Sendable {
  public var settings: MineralSettings
  public var output: String
  /// The map's name; of several maps that of their series, and they are NAME-1, NAME-2 …
  public var name: String
  public var note: String
  /// Maps of different fields of view.
  public var maps = 1

  public init(_ settings: MineralSettings, output: String, name: String = "mineral", note: String = "") {
    self.settings = settings
    self.output = output
    self.name = name
    self.note = note
  }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    /// The first map.
    public var map: String
    public var maps: [String]
    /// The series of several maps.
    public var series: String?
    /// Of each map.
    public var shape: [Int]
    /// The path of the truth of the first map in the file.
    public var truth: String
    public var phases: [String]
    public var seconds: Double
  }

  private var names: [String] { maps == 1 ? [name] : (1...max(1, maps)).map { "\(name)-\($0)" } }

  /// - Throws: `MineralSettings.Invalid`, `OutputError`, `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let start = ContinuousClock.now
    guard (1...MineralSettings.largestFieldCount).contains(maps) else {
      throw MineralSettings.Invalid(description: "\(maps) maps: there can be 1 to \(MineralSettings.largestFieldCount)")
    }
    let minerals = try names.indices.map { field in
      var settings = settings
      settings.field = field
      return try MineralMap(settings)
    }
    var file = try OutputFile(output, newMaps: names, advice: "Give the map another name with --name.")
    do {
      if maps > 1 { try demandUnusedSeries(in: file.store) }
      for (name, mineral) in zip(names, minerals) { try add(mineral, name, to: file.store, observer) }
      if maps > 1 { try writing { _ = try file.store.addSeries(name, names.map { .init($0) }) } }
      try file.close(observer)
    } catch {
      file.abandon(names)
      throw error
    }
    return Report(
      file: output, map: names[0], maps: names, series: maps > 1 ? name : nil, shape: minerals[0].shape,
      truth: "/\(names[0])/results/truth", phases: minerals[0].phases.map(\.name),
      seconds: start.duration(to: .now) / .seconds(1))
  }

  private func demandUnusedSeries(in store: Store) throws {
    try writing {
      guard try store.series.contains(where: { $0.name == name }) else { return }
      throw StoreError(
        .exists, file: output, path: "/series/\(name)", "there is a series of that name already",
        advice: "Give the maps another name with --name.")
    }
  }

  private func add(_ mineral: MineralMap, _ name: String, to store: Store, _ observer: Observer) throws {
    var made = try Provenance(operation: "simulate", parameters: mineral.settings, note: note)
    let map = try writing {
      do {
        return try store.addMap(
          name, metadata: mineral.metadata, type: .uint16, array: WatchedArray(mineral, nil, observer), made: made,
          progress: observer.bytes("Simulating \(name)"))
      } catch let error as StoreError where error.kind == .stopped {
        throw Stopped("nothing of the map \(name) is in \(output)")
      }
    }
    made.finish()
    try writing { _ = try map.addResult("truth", made: made) { try Self.fill($0, mineral, mineral.settings, map) } }
  }

  /// Spectra have sum 1, abundances are volume fractions; with the counts of a pixel that is filled with a phase, their
  /// products sum to the expectation of the map.
  static func fill(_ result: ResultBuilder, _ mineral: MineralMap, _ settings: MineralSettings, _ map: Map) throws {
    let extents = [settings.height, settings.width]
    try result.spectra(
      StoredArray(mineral.spectra.flatMap { $0 }, shape: [mineral.phases.count, settings.channels]))
    try result.images(
      StoredArray(
        mineral.phases.indices.flatMap { mineral.abundances(of: $0) }, shape: [mineral.phases.count] + extents))
    try result.array(
      "expected_counts", StoredArray(mineral.expectedCounts, shape: extents),
      axes: map.axes.filter { $0.role == .navigation }, interpretation: "image")
    try result.table(
      "phases",
      [
        TableColumn("name", texts: mineral.phases.map(\.name)),
        TableColumn("abbreviation", texts: mineral.phases.map(\.abbreviation)),
        TableColumn("density", units: "g/cm³", numbers: mineral.phases.map(\.density)),
        TableColumn("counts", units: "counts", numbers: mineral.brightness),
      ])
    try result.table("compositions", compositions(of: mineral.phases))
    try result.table("lines", lines(of: mineral))
  }

  private static func compositions(of phases: [MineralPhase]) -> [TableColumn] {
    let rows = phases.flatMap { phase in phase.composition.parts.map { (phase: phase, part: $0) } }
    return [
      TableColumn("phase", texts: rows.map(\.phase.name)),
      TableColumn("element", texts: rows.map(\.part.element)),
      TableColumn("atomic_percent", units: "at.%", numbers: rows.map { 100 * $0.part.fraction }),
      TableColumn(
        "weight_percent", units: "wt.%", numbers: rows.map { 100 * $0.phase.composition.weightFraction(of: $0.part) }),
    ]
  }

  /// The expected counts of each line: in a pixel that is filled with the phase, and in the whole map.
  private static func lines(of mineral: MineralMap) -> [TableColumn] {
    let rows = mineral.phases.indices.flatMap { phase in
      let pixels = mineral.abundances(of: phase).reduce(0) { $0 + Double($1) }
      return mineral.lines(of: phase).map {
        (phase: mineral.phases[phase].name, pixels: pixels, line: $0.line, counts: $0.counts)
      }
    }
    return [
      TableColumn("phase", texts: rows.map(\.phase)),
      TableColumn("element", texts: rows.map(\.line.element)),
      TableColumn("line", texts: rows.map(\.line.transition)),
      TableColumn("family", texts: rows.map(\.line.family.rawValue)),
      TableColumn("energy", units: "keV", numbers: rows.map(\.line.energy)),
      TableColumn("counts", units: "counts", numbers: rows.map(\.counts)),
      TableColumn("map_counts", units: "counts", numbers: rows.map { $0.counts * $0.pixels }),
    ]
  }
}
