internal import Blocks
internal import LinearAlgebra

/// The iterations of the Poisson loss: one sweep each, which updates all abundances, then one step of the spectra.
struct PoissonIteration: Sendable {
  let sweeper: BlockSweeper
  let summary: MatrixSummary
  let held: [Bool]
  /// Relative, as in the recipe.
  let sparsity: Double
  let smoothness: Double

  /// Spectra, of unit sum, stay at or above this, so that no expected count becomes zero or denormal.
  private static let spectrumFloor: Float = 1e-12
  /// Weights stay at or above this.
  private var weightFloor: Float { Float(1e-10 * summary.statistics.sum / Double(summary.presentRowCount)) }
  /// Expected counts count as this at least.
  private var smallest: Float {
    Float(1e-12 * summary.statistics.sum / Double(summary.presentRowCount) / Double(summary.columnSums.count))
  }

  /// Curvatures are kept when they take no more than this many floats; else the spectra follow the slower
  /// expectation–maximisation update. Decided by the shape alone.
  private static let mostCurvatures = 1 << 22

  /// The loss's part that depends on the data alone: Σ x·ln x − x.
  var constant: Double { summary.entropy - summary.statistics.sum }

  /// Lifts factors off zero, where the Poisson loss is infinite and its Newton steps have nothing to go by: spectra to a
  /// thousandth of the mean spectrum, weights to a hundredth of an equal share.
  func lift(_ factors: inout Factors) {
    for (channel, sum) in summary.columnSums.enumerated() {
      let least = max(Self.spectrumFloor, Float(1e-3 * sum / summary.statistics.sum))
      for i in 0..<factors.components where !held[i] {
        factors.spectra[channel, i] = max(factors.spectra[channel, i], least)
      }
    }
    let width = factors.width
    for block in factors.weights.indices {
      for (row, sum) in summary.rowSums[block].enumerated() {
        let least = max(weightFloor, Float(1e-2 * sum / Double(factors.components)))
        for i in 0..<factors.components {
          factors.weights[block].values[row * width + i] = max(factors.weights[block].values[row * width + i], least)
        }
      }
    }
  }

  /// One iteration.
  ///
  /// - Returns: the loss at the new abundances and the old spectra: the Kullback–Leibler divergence plus penalties.
  func iterate(_ factors: inout Factors) throws -> Double {
    let size = factors.spectra.values.count
    let curved = factors.width <= 16 && size * factors.width <= Self.mostCurvatures
    let sums = try sweep(&factors, steps: 1, gradientSize: size, curvatureSize: curved ? size * factors.width : 0)
    factors.spectra.stepPoisson(
      gradient: sums.gradient.map(Float.init), curvature: sums.curvature, weightSums: sums.weights.map(Float.init),
      held: held, floor: Self.spectrumFloor)
    factors.normalize(held: held) { $0.reduce(0) { $0 + Double($1) } }
    return sums.loss
  }

  /// The Kullback–Leibler divergence of the data from the product of the factors, without penalties.
  func divergence(_ factors: inout Factors) throws -> Double {
    let plain = PoissonIteration(sweeper: sweeper, summary: summary, held: held, sparsity: 0, smoothness: 0)
    return try plain.sweep(&factors, steps: 0, gradientSize: 0, curvatureSize: 0).loss
  }

  private struct Sums: Sendable {
    var loss = 0.0
    var gradient: [Double]
    var curvature: [Float]
    var weights: [Double]
  }

  private struct Partial: Sendable {
    var likelihood = 0.0
    var gradient: [Float]
    var curvature: [Float]
    var weights: [Double]
    var scratch: [Float] = []
  }

  private func sweep(
    _ factors: inout Factors, steps: Int, gradientSize: Int, curvatureSize: Int
  ) throws -> Sums {
    let (components, width, spectra) = (factors.components, factors.width, factors.spectra)
    let linear = linearTerms(of: spectra)
    let edgeWeight = smoothness * Double(components) * Double(summary.presentRowCount) / summary.statistics.sum
    var neighbourhood: Neighbourhood?
    if smoothness > 0 {
      neighbourhood = Neighbourhood(factors, images: sweeper.source.images, rowCount: sweeper.source.rowCount)
    }
    let neighbours = neighbourhood
    var total = Sums(
      gradient: Array(repeating: 0, count: gradientSize), curvature: Array(repeating: 0, count: curvatureSize),
      weights: Array(repeating: 0, count: width))
    try sweeper.sweep(
      into: &total, states: &factors.weights,
      partial: {
        Partial(
          gradient: Array(repeating: 0, count: gradientSize), curvature: Array(repeating: 0, count: curvatureSize),
          weights: Array(repeating: 0, count: width))
      },
      visit: { block, _, weights, partial in
        let penalty = neighbours?.penalty(for: weights.rows, smoothness: Float(2 * edgeWeight)) ?? RowPenalty()
        partial.likelihood += block.updatePoissonWeights(
          components: components, width: width, factor: spectra.values, spectrumSums: linear, weights: &weights.values,
          penalty: penalty, steps: steps, floor: weightFloor, smallest: smallest, gradient: &partial.gradient,
          curvature: &partial.curvature, scratch: &partial.scratch)
        for row in weights.rows.indices {
          for i in 0..<components { partial.weights[i] += Double(weights.values[row * width + i]) }
        }
      },
      merge: { total, partial in
        total.loss -= partial.likelihood
        partial.likelihood = 0
        for i in total.weights.indices {
          total.weights[i] += partial.weights[i]
          partial.weights[i] = 0
        }
        addAndClear(&partial.gradient, to: &total.gradient)
        addAndClear(&partial.curvature, to: &total.curvature)
      })
    total.loss += constant
    if smoothness > 0, steps > 0 {
      let after = Neighbourhood(factors, images: sweeper.source.images, rowCount: sweeper.source.rowCount)
      total.loss += edgeWeight * after.roughness
    }
    return total
  }

  /// The sum of each spectrum, plus the sparsity's weight: α·√channels times the spectrum's length.
  private func linearTerms(of spectra: PaddedFactor) -> [Float] {
    var terms = [Float](repeating: 0, count: spectra.width)
    for (i, sum) in spectra.sums.enumerated() {
      var term = sum
      if sparsity > 0 {
        let squares = spectra.component(i).reduce(0) { $0 + Double($1) * Double($1) }
        term += sparsity * (squares * Double(spectra.count)).squareRoot()
      }
      terms[i] = Float(term)
    }
    return terms
  }
}

/// total += partial, and partial = 0.
func addAndClear<Number: BinaryFloatingPoint>(_ partial: inout [Float], to total: inout [Number]) {
  precondition(partial.count == total.count)
  for index in total.indices {
    total[index] += Number(partial[index])
    partial[index] = 0
  }
}
