internal import Decomposition
internal import Foundation
internal import Microscopy
internal import Segmentation
public import Store
internal import XRay

/// Unmixes a map or a series into its phases, as Chen et al. (2024) do: factorisation, masks, spectra, subtraction, abundances and
/// compositions, each kept in the file as if its own command had made it.
public struct UnmixPhases: Sendable {
  public var recipe: UnmixRecipe
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20
  public var note = ""

  public init(_ recipe: UnmixRecipe) { self.recipe = recipe }

  public struct Report: Codable, Sendable {
    public struct Phase: Codable, Sendable {
      public var name: String
      public var component: Int
      /// The element that it lacks; nil for the matrix.
      public var lacks: String?
      /// The result that holds its spectrum.
      public var spectrum: String
      public var scale: Double?
      public var scaleDeviation: Double?
      /// Lines and channels that lie below zero.
      public var overSubtraction: [String]
      public var meanAbundance: Double
      public var share: Double
      public var composition: QuantifyReport
    }

    public var path: String
    /// Components that stand out of noise; nil where that cannot be told.
    public var aboveNoise: Int?
    public var phases: [Phase]
    public var abundances: String
    /// The mean of the pixels' reduced χ².
    public var reducedChiSquare: Double
    /// The recipe with all that was found out.
    public var recipe: UnmixRecipe
    public var seconds: Double
  }

  /// Completes the elements, and refuses before anything is made what would fail in the end.
  private static func prepare(_ recipe: inout UnmixRecipe, _ map: Map) throws {
    let metadata = try map.metadata
    guard let axis = metadata.signalAxes.first, metadata.signalAxes.count == 1 else {
      throw WorkflowError("\(map.path) is no map of spectra", advice: "Name a spectrum image with --map.")
    }
    let energies = try EnergyAxis.kiloelectronvolts(axis, of: map.path)
    guard let beam = metadata.instrument.beamEnergy, beam > 0 else {
      throw WorkflowError(
        "\(map.path): the beam energy is not known, and with it what lines there are",
        advice: "Set metadata.Acquisition_instrument.TEM.beam_energy in HyperSpy, and lamella adopt the file.")
    }
    if recipe.elements.isEmpty {
      recipe.elements = ElementLines.measurable(metadata.sample.elements, beamEnergy: beam, energies: energies)
    }
    for symbol in recipe.elements + recipe.others { _ = try Element.known(symbol) }
    for symbol in recipe.unique + recipe.precipitates.map(\.lacks) {
      _ = try ScalingLine(symbol, line: nil, energies: energies, beamEnergy: beam, detector: SiliconDriftDetector())
    }
  }

  /// - Throws: what its steps throw; all that they made goes then.
  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    try recipe.check()
    let holder: any ResultHolder = try recipe.series.map { try store.series($0) } ?? store.map(recipe.map)
    let maps = try holder.unitedMaps
    guard let first = maps.first else {
      throw WorkflowError("\(holder.path): the series holds no map", advice: "Make it again with at least one map.")
    }
    var recipe = recipe
    try Self.prepare(&recipe, first)
    guard !recipe.elements.isEmpty else {
      throw WorkflowError(
        "\(store.path): no elements are named, and the metadata of \(first.path) name none",
        advice: "Name them: --elements O,Mg,Si.")
    }
    let existing = Existing(try holder.results.map(\.name), try maps.map { try $0.masks.map(\.name) })
    let before = existing.results + existing.masks.flatMap(\.self)
    for taken in before where taken == recipe.name || taken.hasPrefix(recipe.name + "-") {
      throw StoreError(
        .exists, file: store.path, path: "\(holder.path)",
        "there is \"\(taken)\" already, which an unmixing called \"\(recipe.name)\" "
          + "could make", advice: "Choose another name with --name, or remove it first.")
    }
    var steps = UnmixSteps(
      recipe: recipe, store: store, holder: holder, maps: maps, threads: threads, memory: memory, note: note, observer: observer)
    do {
      return try steps.run(since: start)
    } catch {
      existing.restore(holder, maps, store)
      throw error
    }
  }

  /// What was there before.
  private struct Existing {
    let results: [String]
    let masks: [[String]]

    init(_ results: [String], _ masks: [[String]]) { (self.results, self.masks) = (results, masks) }

    /// Removes what came since; silent, since the error that led here is the one to tell.
    func restore(_ holder: any ResultHolder, _ maps: [Map], _ store: Store) {
      do {
        for result in try holder.results where !results.contains(result.name) { try holder.removeResult(result.name) }
        for (map, names) in zip(maps, masks) {
          for mask in try map.masks where !names.contains(mask.name) { try map.removeMask(mask.name) }
        }
        try store.commit()
      } catch {
        // What stays has a history of its own, and can be removed.
      }
    }
  }
}
