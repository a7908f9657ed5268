/// Non-negative matrix factorisation of a matrix of pixels by channels: X ≈ abundances · spectra, both at least zero.
///
/// A recipe: a value that says all that determines the result. `fit` runs it; the same recipe on the same values gives
/// the same bits on any number of threads and with any memory budget.
///
/// Method. The start is NNDSVD (Boutsidis & Gallopoulos, Pattern Recognition 41, 1350 (2008)) of a randomised SVD. Then
/// block coordinate descent, one sweep over the data per iteration: with the spectra held each pixel is a small
/// non-negative problem, and the sums that the spectra's update needs are gathered on the way. For the two Frobenius
/// losses both problems are quadratic and solved by coordinate descent. For the Poisson loss they are solved by damped
/// Newton steps that never increase the loss; it starts from a few sweeps of the quadratic loss of the biwhitened matrix.
public struct NMF: Codable, Hashable, Sendable {
  /// What is minimised.
  public enum Loss: String, Codable, Hashable, Sendable, CaseIterable {
    /// The Kullback–Leibler divergence Σ x·ln(x/u) − x + u: maximum likelihood for Poisson counts.
    case kullbackLeibler = "kl"
    /// Least squares after dividing rows and columns by the square roots of their sums (Keenan & Kotula 2004).
    case poissonScaled = "poisson-scaled"
    /// Least squares: for values of equal variance.
    case frobenius
  }

  public enum Initialization: String, Codable, Hashable, Sendable, CaseIterable {
    case nndsvd, random
  }

  public var components: Int
  public var loss: Loss
  public var initialization: Initialization
  /// Spectra to start the first components from, each of one value per channel; the others follow `initialization`.
  public var spectra: [[Float]] = []
  /// Which of `spectra` are held fixed, counted from 0.
  public var held: [Int] = []
  /// L1 sparsity of the abundances, relative: 0 none, 0.1 mild, 1 strong.
  public var sparsity = 0.0
  /// Smoothness of the abundance maps, relative: at 1 the neighbours of a pixel weigh as much as its own counts.
  public var smoothness = 0.0
  /// Soft orthogonality of the abundance maps, 0 (none) to 1 (Shiga et al., Ultramicroscopy 170, 43 (2016)).
  public var orthogonality = 0.0
  /// Whether components that the data do not need are pruned (automatic relevance determination, Shiga et al. 2016).
  public var automaticRelevance = false
  /// Iteration ends when an iteration lowers the loss by less than this part of it.
  public var tolerance: Double
  public var maxIterations: Int
  /// Runs from different starts, of which the best is kept: the first from `initialization`, the others random.
  public var restarts = 1
  public var seed: UInt64

  public init(
    components: Int, loss: Loss = .kullbackLeibler, initialization: Initialization = .nndsvd, seed: UInt64 = 1,
    tolerance: Double = 1e-6, maxIterations: Int = 300
  ) {
    self.components = components
    self.loss = loss
    self.initialization = initialization
    self.seed = seed
    self.tolerance = tolerance
    self.maxIterations = maxIterations
  }

  /// Whether the factorisation follows Shiga et al. 2016, whose updates need the maps whole.
  var isOrthogonal: Bool { orthogonality > 0 || automaticRelevance }

  /// Which components have a spectrum that is held, one flag per component.
  var heldFlags: [Bool] { (0..<components).map { held.contains($0) } }

  /// Says what in the recipe makes no sense, whatever the data.
  func check(channels: Int) throws(DecompositionError) {
    func refuse(_ problem: String, _ advice: String) -> DecompositionError {
      DecompositionError(.badOption, problem, advice: advice)
    }
    guard components >= 1 else { throw refuse("\(components) components", "Ask for one component or more.") }
    guard maxIterations >= 1 else { throw refuse("\(maxIterations) iterations", "Allow one iteration or more.") }
    guard restarts >= 1 else { throw refuse("\(restarts) runs", "Ask for one run or more.") }
    guard tolerance >= 0, tolerance < 1 else { throw refuse("a tolerance of \(tolerance)", "Give 0 to below 1.") }
    guard sparsity >= 0, sparsity.isFinite else { throw refuse("a sparsity of \(sparsity)", "Give 0 or more.") }
    guard smoothness >= 0, smoothness.isFinite else { throw refuse("a smoothness of \(smoothness)", "Give 0 or more.") }
    guard (0...1).contains(orthogonality) else {
      throw refuse("an orthogonality of \(orthogonality)", "Give a value from 0 to 1.")
    }
    if isOrthogonal {
      guard loss != .kullbackLeibler else {
        throw refuse(
          "orthogonality and automatic relevance with the loss kl",
          "They are defined for least squares: choose the loss poisson-scaled or frobenius.")
      }
      guard sparsity == 0, smoothness == 0 else {
        throw refuse(
          "orthogonality or automatic relevance together with sparsity or smoothness",
          "Use one or the other.")
      }
    }
    guard spectra.count <= components else {
      throw DecompositionError(
        .badSpectra, "\(spectra.count) spectra were given for \(components) components",
        advice: "Ask for as many components as spectra, or more.")
    }
    for (index, spectrum) in spectra.enumerated() {
      guard spectrum.count == channels else {
        throw DecompositionError(
          .badSpectra, "spectrum \(index + 1) has \(spectrum.count) channels, the matrix \(channels)",
          advice: "Give spectra on the channels of the map, as its channel mask leaves them.")
      }
      guard spectrum.allSatisfy({ $0 >= 0 && $0.isFinite }), spectrum.contains(where: { $0 > 0 }) else {
        throw DecompositionError(
          .badSpectra, "spectrum \(index + 1) has negative or non-finite values, or is zero everywhere",
          advice: "Give spectra with values of zero or more.")
      }
    }
    guard held.allSatisfy({ spectra.indices.contains($0) }), Set(held).count == held.count else {
      throw DecompositionError(
        .badSpectra, "spectra \(held.map { $0 + 1 }) are to be held, but \(spectra.count) were given",
        advice: "Hold spectra by their number among those given, counted from 1, each once.")
    }
  }
}

extension NMF {
  /// What a factorisation finds; components in the order of their total abundance, largest first, save that given
  /// spectra keep their places.
  public struct Result: Sendable {
    /// Component by component, each a spectrum of `columnCount` values whose sum is 1.
    public var spectra: [[Float]]
    /// Component by component, each a value per matrix row, in counts; NaN where a mask leaves the row out.
    public var abundances: [[Float]]
    /// The Kullback–Leibler divergence of the data from the product, whatever the loss.
    public var divergence: Double
    /// The loss after each iteration of the run that was kept.
    public var history: [Double]
    public var converged: Bool
    /// Which of the runs was kept.
    public var restart: Int

    public var iterations: Int { history.count }
  }

  /// Where a running factorisation is.
  public struct Progress: Sendable {
    public var restart: Int
    public var iteration: Int
    public var loss: Double
    /// By how much of itself the last iteration lowered the loss; nil after the first.
    public var decrease: Double?
  }

  /// A factorisation that its observer stopped.
  public struct Interrupted: Error {
    /// From where `fit` goes on to the same bits.
    public let checkpoint: Checkpoint
  }
}
