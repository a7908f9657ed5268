internal import Foundation
public import Store

/// Unmixes a map or a series into its phases, as Chen et al. (2024) do: factorisation, masks, spectra, subtraction, abundances
/// and compositions, each kept in the file as if its own command had made it.
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
      /// By how much at.% of each element change for each at.% that the phase holds of what it is taken to lack; nil for the
      /// matrix, and where that is not among the elements.
      public var changes: [String: Double]?
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

  /// - Parameter beforeKeeping: is called with the report before anything of it is kept, as to write the recipe.
  /// - Throws: what its steps throw, `Stopped`; the file is as it was then.
  public func run(
    on store: Store, observer: Observer = .silent, beforeKeeping: (Report) throws -> Void = { _ in }
  ) throws -> Report {
    let start = Date()
    try recipe.check()
    let holder: any ResultHolder = try recipe.series.map { try store.series($0) } ?? store.map(recipe.map)
    let maps = try holder.unitedMaps
    var recipe = recipe
    // What a quantification of the phases would refuse in the end.
    try recipe.checkFilm(try KnownConditions(of: holder, for: recipe.quantification), of: store.path)
    try recipe.prepare(for: maps)
    try requireFreeNames(holder, maps)
    var steps = UnmixSteps(
      recipe: recipe, store: store, holder: holder, maps: maps, threads: threads, memory: memory, note: note, observer: observer)
    return try store.whole(observer) {
      let report = try steps.run(since: start)
      try beforeKeeping(report)
      return report
    }
  }

  private func requireFreeNames(_ holder: any ResultHolder, _ maps: [Map]) throws {
    let before = try holder.results.map(\.name) + maps.flatMap { try $0.masks.map(\.name) }
    for taken in before where taken == recipe.name || taken.hasPrefix(recipe.name + "-") {
      throw StoreError(
        .exists, file: holder.store.path, path: "\(holder.path)",
        "there is \"\(taken)\" already, which an unmixing called \"\(recipe.name)\" could make",
        advice: "Choose another name with --name, or remove it first.")
    }
  }
}
