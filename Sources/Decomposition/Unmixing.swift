public import Blocks
internal import LinearAlgebra

/// How much of known spectra each pixel holds.
///
/// Each spectrum is taken with the sum 1, so that abundances are parts of a pixel's counts. Fully constrained least squares (Heinz &
/// Chang 2001) minimises Σ w (r/N − Σᵢ aᵢ mᵢ)² over a ≥ 0, Σa = 1, with w the inverse of the mean spectrum of the data, since
/// counts vary as their expectation; it is solved exactly in k × k per pixel. The Poisson form maximises the likelihood of the
/// counts over the same a.
public struct Unmixing: Codable, Hashable, Sendable {
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    case fcls
    case poissonFCLS = "poisson-fcls"
  }

  public var method: Method
  /// Whether least squares leaves the sum free, as for a sample of varying thickness: non-negative least squares of the counts,
  /// divided by their sum. The Poisson form has the same solution either way, the sum being that of the counts.
  public var hasFreeThickness: Bool

  /// The most spectra that can be told apart at a time.
  public static let greatestCount = 32

  public init(method: Method = .fcls, hasFreeThickness: Bool = false) {
    self.method = method
    self.hasFreeThickness = hasFreeThickness
  }

  /// An unmixing that its observer stopped.
  public struct Interrupted: Error {}

  public struct Result: Sendable {
    /// Spectrum by spectrum, each a value per matrix row; NaN for rows without counts and those that a mask leaves out.
    public var abundances: [[Float]]
    /// Counts that the spectra explain, per matrix row: those of the pixel, unless the thickness is free.
    public var totals: [Float]
    /// χ² per degree of freedom, per matrix row, with the expectation as variance: Σ (r − μ)²/μ over channels less k. For the
    /// expectation spectra count without what is negative in them, and it is at least a hundredth of that of the mean spectrum.
    public var residuals: [Float]
    /// Rows of the Poisson form whose likelihood was not found to 10⁻⁹ of their counts.
    public var unconverged: Int
    /// The part of each spectrum, in absolute values, that was negative; the Poisson form takes it as zero.
    public var negativeParts: [Double]
  }

  /// Unmixes a matrix in two passes over it.
  ///
  /// - Parameters:
  ///   - spectra: one or more, each of `columnCount` values.
  ///   - names: what messages call the spectra; nil: by their numbers.
  /// - Throws: `DecompositionError` for spectra that are not finite, have no counts, or depend on each other, and for data that are
  ///   negative or no numbers; `Interrupted`; or what the source throws.
  public func fit(
    _ source: any BlockSource, spectra: [[Double]], names: [String]? = nil, threads: Int = 1, memory: Int = 1 << 29,
    observe: (_ done: Int, _ total: Int) -> SweepStep = { _, _ in .proceed }
  ) throws -> Result {
    let names = names ?? spectra.indices.map { "spectrum \($0 + 1)" }
    try Self.check(spectra, names, columns: source.columnCount)
    let sweeper = BlockSweeper(source, threads: threads, memory: memory)
    let summary = try MatrixSummary(
      of: sweeper, components: spectra.count,
      adviceOnNegative: "Unmixing is for counts: leave out what is negative with a mask or windows.")
    if observe(1, 2) == .stop { throw Interrupted() }
    let isPoisson = method == .poissonFCLS
    let model = try MixtureModel(
      spectra, names, mean: summary.columnSums, isNonNegative: isPoisson, isSumFixed: isPoisson || !hasFreeThickness)
    var parts = summary.rowSums.map { PixelMixtures(rows: [], totals: $0, count: spectra.count) }
    var unconverged = 0
    let unmixing = self
    try sweeper.sweep(
      into: &unconverged, states: &parts, partial: { 0 },
      visit: { block, _, part, unconverged in
        part.rows = block.rows
        unconverged += unmixing.unmix(block, model, &part)
      },
      merge: { total, partial in
        total += partial
        partial = 0
      })
    if observe(2, 2) == .stop { throw Interrupted() }
    var result = Result(
      abundances: Array(repeating: Array(repeating: .nan, count: source.rowCount), count: spectra.count),
      totals: Array(repeating: .nan, count: source.rowCount), residuals: Array(repeating: .nan, count: source.rowCount),
      unconverged: unconverged, negativeParts: model.negativeParts)
    for part in parts {
      for (index, row) in part.rows.enumerated() {
        for i in spectra.indices { result.abundances[i][Int(row)] = part.abundances[index * spectra.count + i] }
        result.totals[Int(row)] = Float(part.totals[index])
        result.residuals[Int(row)] = part.residuals[index]
      }
    }
    return result
  }

  private static func check(_ spectra: [[Double]], _ names: [String], columns: Int) throws(DecompositionError) {
    guard (1...greatestCount).contains(spectra.count) else {
      throw DecompositionError(
        .badSpectra, "\(spectra.count) spectra to unmix with", advice: "Give 1 to \(greatestCount) spectra.")
    }
    for (name, spectrum) in zip(names, spectra) {
      guard spectrum.count == columns else {
        throw DecompositionError(
          .badSpectra, "\(name) has \(spectrum.count) channels, and the matrix \(columns)",
          advice: "Give spectra of this map.")
      }
      guard spectrum.allSatisfy(\.isFinite), spectrum.reduce(0, +) > 0 else {
        throw DecompositionError(
          .badSpectra, "\(name) has no counts, or values that are no numbers",
          advice: "Give spectra with counts in all channels that are used.")
      }
    }
  }
}

/// What the unmixing of a block found.
struct PixelMixtures: Sendable {
  var rows: [Int32]
  /// The counts of each row.
  var totals: [Double]
  /// Row by row.
  var abundances: [Float]
  var residuals: [Float]

  init(rows: [Int32], totals: [Double], count: Int) {
    self.rows = rows
    self.totals = totals
    abundances = Array(repeating: .nan, count: totals.count * count)
    residuals = Array(repeating: .nan, count: totals.count)
  }
}
