public import Blocks
internal import LinearAlgebra

extension NMF {
  /// Factorises a matrix.
  ///
  /// Passes over the data: about fifteen to start, one per iteration (two with orthogonality or automatic relevance), one at
  /// the end. Memory: the budget, plus 4 bytes × rows × (components, rounded up to 4, 8 or a multiple of 16), plus a few
  /// times channels × components².
  /// - Parameters:
  ///   - threads: has no influence on the result.
  ///   - memory: bytes of decoded blocks to keep between sweeps; no influence on the result.
  ///   - resuming: goes on from there, to the same bits as without the interruption.
  ///   - observe: called after each iteration, with a closure that makes a checkpoint of it.
  /// - Throws: `DecompositionError` before any iteration; `Interrupted` when the observer asks to stop; what the source
  ///   throws.
  public func fit(
    _ source: any BlockSource, threads: Int = 1, memory: Int = 1 << 29, resuming checkpoint: Checkpoint? = nil,
    observe: (Progress, () -> Checkpoint) -> SweepStep = { _, _ in .proceed }
  ) throws -> Result {
    try check(channels: source.columnCount)
    let sweeper = BlockSweeper(source, threads: threads, memory: memory)
    let summary = try MatrixSummary(
      of: sweeper, components: components,
      adviceOnNegative: "Non-negative factorisation needs values of zero or more: use PCA without scaling, or leave out what is "
        + "negative with a mask or windows of channels.")
    let run = try FactorizationRun(recipe: self, sweeper: sweeper, summary: summary)
    return try run.result(resuming: checkpoint, observe: observe)
  }
}

/// The runs of one recipe on one matrix.
struct FactorizationRun {
  let recipe: NMF
  let sweeper: BlockSweeper
  let summary: MatrixSummary
  /// Of the quadratic stage: the whole of the Frobenius losses, the start of the Poisson loss.
  let scaling: Scaling
  let squares: Double

  /// A run, its factors as they are after its last iteration.
  struct Outcome {
    var factors: Factors
    var history: [Double]
    var converged: Bool
    var restart: Int
  }

  /// Sweeps at most that the Poisson loss starts with on the quadratic one, and the decrease at which it needs no more.
  private static let warmIterations = 10
  private static let warmTolerance = 1e-3

  init(recipe: NMF, sweeper: BlockSweeper, summary: MatrixSummary) throws {
    self.recipe = recipe
    self.sweeper = sweeper
    self.summary = summary
    scaling =
      switch recipe.loss {
      // Where counts are few the first singular vectors of a matrix scaled by its sums are those of noise.
      case .kullbackLeibler: try Biwhitening.scaling(of: sweeper, summary)
      case .poissonScaled: Scaling(poisson: summary)
      case .frobenius: Scaling(none: summary)
      }
    squares = try scaling.squares(of: sweeper)
  }

  private var channels: Int { sweeper.source.columnCount }
  private var heldFlags: [Bool] { recipe.heldFlags }

  private var poisson: PoissonIteration {
    PoissonIteration(
      sweeper: sweeper, summary: summary, held: heldFlags, sparsity: recipe.sparsity, smoothness: recipe.smoothness)
  }

  func result(
    resuming checkpoint: NMF.Checkpoint?, observe: (NMF.Progress, () -> NMF.Checkpoint) -> SweepStep
  ) throws -> NMF.Result {
    var best: Outcome?
    var first = 0
    if let checkpoint {
      try check(checkpoint)
      first = checkpoint.position.restart
      if let kept = checkpoint.position.best {
        best = Outcome(
          factors: factors(checkpoint.bestSpectra, checkpoint.bestWeights), history: kept.history,
          converged: kept.converged, restart: kept.restart)
      }
    }
    for restart in first..<recipe.restarts {
      let outcome = try self.run(restart, from: restart == first ? checkpoint : nil, best: best, observe: observe)
      if (outcome.history.last ?? .infinity) < (best?.history.last ?? .infinity) || best == nil { best = outcome }
    }
    guard let best else { throw DecompositionError(.badOption, "no run was asked for", advice: "Ask for one or more.") }
    return try finish(best)
  }

  /// One run from its start or from a checkpoint.
  private func run(
    _ restart: Int, from checkpoint: NMF.Checkpoint?, best: Outcome?,
    observe: (NMF.Progress, () -> NMF.Checkpoint) -> SweepStep
  ) throws -> Outcome {
    var factors: Factors
    var stage = recipe.loss == .kullbackLeibler ? NMF.Checkpoint.Stage.warm : .main
    var history: [Double] = []
    if let checkpoint {
      factors = self.factors(checkpoint.spectra, checkpoint.weights)
      stage = checkpoint.position.stage
      history = checkpoint.position.history
    } else {
      let initialization = Initialization(sweeper: sweeper, summary: summary, scaling: scaling, recipe: recipe)
      let method = restart == 0 ? recipe.initialization : .random
      factors = Factors(spectra: try initialization.spectra(method, restart: restart), rows: summary.rows)
      if recipe.isOrthogonal {
        // Its updates go map by map and need maps to begin with.
        _ = try quadratic(penalised: false).iterate(&factors)
      }
    }
    while true {
      if let converged = isOver(stage, history) {
        guard stage == .warm else {
          return Outcome(factors: factors, history: history, converged: converged, restart: restart)
        }
        unscale(&factors)
        poisson.lift(&factors)
        stage = .main
        history = []
      }
      history.append(try iterate(stage, &factors))
      let progress = NMF.Progress(
        restart: restart, iteration: history.count, loss: history[history.count - 1], decrease: decrease(history))
      let makeCheckpoint = {
        NMF.Checkpoint(
          position: .init(
            restart: restart, stage: stage, history: history,
            best: best.map { .init(restart: $0.restart, history: $0.history, converged: $0.converged) }),
          spectra: factors.naturalSpectra,
          weights: factors.naturalWeights(rowCount: sweeper.source.rowCount),
          bestSpectra: best?.factors.naturalSpectra ?? [],
          bestWeights: best?.factors.naturalWeights(rowCount: sweeper.source.rowCount) ?? [])
      }
      if observe(progress, makeCheckpoint) == .stop { throw NMF.Interrupted(checkpoint: makeCheckpoint()) }
    }
  }

  private func iterate(_ stage: NMF.Checkpoint.Stage, _ factors: inout Factors) throws -> Double {
    if stage == .warm { return try quadratic(penalised: false).iterate(&factors) }
    if recipe.loss == .kullbackLeibler { return try poisson.iterate(&factors) }
    if recipe.isOrthogonal {
      return try OrthogonalIteration(
        sweeper: sweeper, summary: summary, scaling: scaling, squares: squares, held: heldFlags,
        orthogonality: recipe.orthogonality, automaticRelevance: recipe.automaticRelevance
      ).iterate(&factors)
    }
    return try quadratic(penalised: true).iterate(&factors)
  }

  private func quadratic(penalised: Bool) -> QuadraticIteration {
    QuadraticIteration(
      sweeper: sweeper, summary: summary, scaling: scaling, squares: squares, held: heldFlags,
      sparsity: penalised ? recipe.sparsity : 0, smoothness: penalised ? recipe.smoothness : 0)
  }

  /// Whether a stage is over, and then whether it converged.
  private func isOver(_ stage: NMF.Checkpoint.Stage, _ history: [Double]) -> Bool? {
    let (most, tolerance) =
      stage == .warm ? (Self.warmIterations, Self.warmTolerance) : (recipe.maxIterations, recipe.tolerance)
    if let decrease = decrease(history), decrease < tolerance { return true }
    return history.count >= most ? false : nil
  }

  /// By how much of itself the last iteration lowered the loss.
  private func decrease(_ history: [Double]) -> Double? {
    guard history.count >= 2 else { return nil }
    let (before, now) = (history[history.count - 2], history[history.count - 1])
    return before > 0 ? (before - now) / before : 0
  }

  private func factors(_ spectra: [Float], _ weights: [Float]) -> Factors {
    Factors(spectra: spectra, weights: weights, channels: channels, components: recipe.components, rows: summary.rows)
  }

  private func check(_ checkpoint: NMF.Checkpoint) throws(DecompositionError) {
    let spectra = channels * recipe.components
    let weights = sweeper.source.rowCount * recipe.components
    let best = checkpoint.position.best == nil ? 0 : 1
    guard checkpoint.spectra.count == spectra, checkpoint.weights.count == weights,
      checkpoint.bestSpectra.count == best * spectra, checkpoint.bestWeights.count == best * weights,
      (0..<recipe.restarts).contains(checkpoint.position.restart)
    else {
      throw DecompositionError(
        .badCheckpoint, "the checkpoint is of another factorisation: its arrays do not fit this matrix",
        advice: "Remove it, or start with the recipe and the map that it was made with.")
    }
  }

  /// Takes factors of the scaled matrix to the units of the data, with spectra of unit sum.
  private func unscale(_ factors: inout Factors) {
    let width = factors.width
    for channel in 0..<channels {
      let scale = scaling.columns[channel]
      for i in 0..<factors.components {
        factors.spectra[channel, i] = scale > 0 ? factors.spectra[channel, i] / scale : 0
      }
    }
    for block in factors.weights.indices {
      scale(&factors.weights[block].values, width: width, by: scaling.rows[block].map { $0 > 0 ? 1 / $0 : 0 })
    }
    normalizeSums(&factors)
  }

  private func normalizeSums(_ factors: inout Factors) {
    let free = [Bool](repeating: false, count: factors.components)
    factors.normalize(held: free) { $0.reduce(0) { $0 + Double($1) } }
  }

  private func finish(_ outcome: Outcome) throws -> NMF.Result {
    var factors = outcome.factors
    if recipe.loss == .kullbackLeibler { normalizeSums(&factors) } else { unscale(&factors) }
    let divergence = try poisson.divergence(&factors)
    let weights = factors.naturalWeights(rowCount: sweeper.source.rowCount, absent: .nan)
    let components = factors.components
    var maps = [[Float]](repeating: Array(repeating: 0, count: sweeper.source.rowCount), count: components)
    for row in 0..<sweeper.source.rowCount { for i in 0..<components { maps[i][row] = weights[row * components + i] } }
    let totals = maps.map { $0.reduce(0.0) { $1.isNaN ? $0 : $0 + Double($1) } }
    let given = recipe.spectra.count
    let order = Array(0..<given) + (given..<components).sorted { (totals[$1], $0) < (totals[$0], $1) }
    return NMF.Result(
      spectra: order.map { factors.spectra.component($0) }, abundances: order.map { maps[$0] },
      divergence: divergence, history: outcome.history, converged: outcome.converged, restart: outcome.restart)
  }
}
