public import Blocks
internal import Foundation
internal import LinearAlgebra

/// Principal components of counts: the singular value decomposition of the (Poisson-scaled) matrix.
///
/// The matrix is not centred, as HyperSpy's default is not: the first component is close to the mean spectrum.
/// X ≈ scores · spectra, both in the units of the data: the scaling is undone.
public struct PCA: Codable, Hashable, Sendable {
  public enum Scaling: String, Codable, Hashable, Sendable, CaseIterable {
    /// Rows and columns divided by the square roots of their sums (Keenan & Kotula 2004): for counts.
    case poisson
    case none
  }

  /// The number of components whose spectra and score maps are wanted.
  public var components: Int
  public var scaling: Scaling
  public var seed: UInt64
  /// Sweeps of subspace iteration.
  public var sweeps: Int

  public init(components: Int = 10, scaling: Scaling = .poisson, seed: UInt64 = 1, sweeps: Int = 6) {
    self.components = components
    self.scaling = scaling
    self.seed = seed
    self.sweeps = sweeps
  }

  /// An analysis that its observer stopped.
  public struct Interrupted: Error {}

  /// What PCA finds.
  public struct Result: Sendable {
    /// Component by component, each a spectrum of `columnCount` values.
    public var spectra: [[Float]]
    /// Component by component, each a value per matrix row; NaN where a mask leaves the row out.
    public var scores: [[Float]]
    /// Of the scaled matrix, largest first: at least 20 where the matrix has them.
    public var singularValues: [Double]
    /// The share of ‖scaled X‖² that each singular value explains: the scree.
    public var explainedVarianceRatio: [Double]
    /// The component at the elbow of the scree, counted from 1.
    public var elbow: Int
    /// The number of components, 20 at most, above what Poisson noise alone would give; nil without Poisson scaling.
    public var aboveNoise: Int?
  }

  /// Decomposes a matrix.
  ///
  /// Passes over the data: `sweeps` + 4, and ten more with Poisson scaling for the noise. Memory: the budget, plus 4 bytes × rows × components.
  /// - Parameter observe: called after each sweep with how many are done, of how many.
  /// - Throws: `DecompositionError`; `Interrupted` when the observer asks to stop; or what the source throws.
  public func fit(
    _ source: any BlockSource, threads: Int = 1, memory: Int = 1 << 29,
    observe: (_ done: Int, _ total: Int) -> SweepStep = { _, _ in .proceed }
  ) throws -> Result {
    guard components >= 1 else {
      throw DecompositionError(.badOption, "\(components) components", advice: "Ask for one component or more.")
    }
    let sweeper = BlockSweeper(source, threads: threads, memory: memory)
    // Scaling by square roots of sums needs sums of zero or more; without scaling anything finite will do.
    let summary = try MatrixSummary(
      of: sweeper, components: components,
      adviceOnNegative: scaling == .poisson
        ? "Poisson scaling is for counts: leave out what is negative with a mask or windows. lamella pca --scaling none takes it as it is."
        : nil)
    var done = 0
    let sweepCount = sweeps + 4 + (scaling == .poisson ? Biwhitening.sweeps + Self.noiseSweeps + 1 : 0)
    func step() throws(Interrupted) {
      done += 1
      if observe(done, sweepCount) == .stop { throw Interrupted() }
    }
    try step()
    let scales = scaling == .poisson ? Decomposition.Scaling(poisson: summary) : Decomposition.Scaling(none: summary)
    let most = min(summary.presentRowCount, source.columnCount)
    let svd = try RandomizedSVD(
      of: sweeper, scaling: scales, count: min(max(components, 20), most), sweeps: sweeps, seed: seed, afterSweep: step)
    let variance = try scales.squares(of: sweeper)
    try step()
    let ratios = svd.singularValues.map { $0 * $0 / variance }
    return Result(
      spectra: spectra(svd.vectors, scales), scores: try scores(svd.vectors, scales, sweeper),
      singularValues: svd.singularValues, explainedVarianceRatio: ratios, elbow: Self.elbow(of: ratios),
      aboveNoise: scaling == .poisson ? try aboveNoise(sweeper, summary, min(20, most), afterSweep: step) : nil)
  }

  private func spectra(_ vectors: Matrix, _ scales: Decomposition.Scaling) -> [[Float]] {
    (0..<components).map { component in
      (0..<vectors.rows).map { scales.columns[$0] > 0 ? Float(vectors[$0, component]) / scales.columns[$0] : 0 }
    }
  }

  private func scores(_ vectors: Matrix, _ scales: Decomposition.Scaling, _ sweeper: BlockSweeper) throws -> [[Float]] {
    let factor = RandomizedSVD.scaled(vectors.prefix(columns: components), by: scales.columns)
    let (width, components) = (factor.width, components)
    struct Part: Sendable {
      var rows: [Int32] = []
      var products: [Float] = []
    }
    var parts = [Part](repeating: Part(), count: sweeper.source.blockCount)
    var nothing: Void = ()
    try sweeper.sweep(
      into: &nothing, states: &parts, partial: {},
      visit: { block, _, part, _ in
        part.rows = block.rows
        part.products = Array(repeating: 0, count: block.rowCount * width)
        block.multiply(factor.values, width: width, into: &part.products)
      }, merge: { _, _ in })
    var scores = [[Float]](repeating: Array(repeating: .nan, count: sweeper.source.rowCount), count: components)
    for part in parts {
      for (index, row) in part.rows.enumerated() {
        for component in 0..<components { scores[component][Int(row)] = part.products[index * width + component] }
      }
    }
    return scores
  }

  /// The number of singular values, of 20 at most, that are above those of noise.
  ///
  /// They are those of the biwhitened matrix, whose noise ends at √rows + √columns save by chance: one in a hundred is allowed for
  /// that.
  private func aboveNoise(
    _ sweeper: BlockSweeper, _ summary: MatrixSummary, _ count: Int, afterSweep: () throws -> Void
  ) throws -> Int {
    let scaling = try Biwhitening.scaling(of: sweeper, summary, afterSweep: afterSweep)
    let svd = try RandomizedSVD(
      of: sweeper, scaling: scaling, count: count, sweeps: Self.noiseSweeps, seed: seed, afterSweep: afterSweep)
    return svd.singularValues.count { $0 > 1.01 * MatrixSize(summary).edge }
  }

  /// Sweeps of subspace iteration for the singular values that are held against noise.
  private static let noiseSweeps = 4

  /// The point of the scree, counted from 1, that lies farthest from the chord of its logarithm over the first 20
  /// components (Satopää et al. 2011), as in HyperSpy.
  public static func elbow(of ratios: [Double]) -> Int {
    let logarithms = ratios.prefix(20).prefix { $0 > 0 }.map { log($0) }
    guard logarithms.count >= 3, let first = logarithms.first, let last = logarithms.last else {
      return max(1, logarithms.count)
    }
    let slope = (last - first) / Double(logarithms.count - 1)
    var farthest = (index: 0, distance: -Double.infinity)
    for (index, value) in logarithms.enumerated() {
      let distance = abs(first + slope * Double(index) - value)
      if distance > farthest.distance { farthest = (index, distance) }
    }
    return farthest.index + 1
  }
}
