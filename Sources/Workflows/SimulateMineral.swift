import Foundation
import Microscopy
import Store
public import XRay

/// Simulates the map of a mineral assemblage, and stores its truth beside it as the result `truth`.
public struct SimulateMineral: Sendable {
  public var settings: MineralSettings
  public var output: String
  /// The map's name.
  public var name: String
  public var note: String

  public init(_ settings: MineralSettings, output: String, name: String = "mineral", note: String = "") {
    self.settings = settings
    self.output = output
    self.name = name
    self.note = note
  }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var map: String
    public var shape: [Int]
    /// The path of the truth in the file.
    public var truth: String
    public var phases: [String]
    public var seconds: Double
  }

  /// - Throws: `MineralSettings.Invalid`, `OutputError`, `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let start = ContinuousClock.now
    let mineral = try MineralMap(settings)
    var file = try OutputFile(output, newMaps: [name], advice: "Give the map another name with --name.")
    do {
      var made = try Provenance(operation: "simulate", parameters: settings, note: note)
      let map = try writing {
        do {
          return try file.store.addMap(
            name, metadata: mineral.metadata, type: .uint16, array: WatchedArray(mineral, nil, observer), made: made,
            progress: observer.bytes("Simulating \(name)"))
        } catch let error as StoreError where error.kind == .stopped {
          throw Stopped("nothing of the map \(name) is in \(output)")
        }
      }
      made.finish()
      try writing { try addTruth(of: mineral, to: map, made: made) }
      try file.close(observer)
    } catch {
      file.abandon([name])
      throw error
    }
    return Report(
      file: output, map: name, shape: mineral.shape, truth: "/\(name)/results/truth",
      phases: mineral.phases.map(\.name), seconds: start.duration(to: .now) / .seconds(1))
  }

  /// Spectra have sum 1, abundances are volume fractions; with the counts of a pixel that is filled with a phase, their
  /// products sum to the expectation of the map.
  private func addTruth(of mineral: MineralMap, to map: Map, made: Provenance) throws {
    try map.addResult("truth", made: made) { try Self.fill($0, mineral, settings, map) }
  }

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
  }
}
