internal import Blocks
internal import LinearAlgebra

/// The iterations of the least-squares losses: one sweep each, which updates all abundances, then all spectra.
///
/// Each sub-problem is solved by coordinate descent, several passes while its products are at hand (accelerated HALS,
/// Gillis & Glineur, Neural Comput. 24, 1085 (2012)). The factors are those of the scaled matrix.
struct QuadraticIteration: Sendable {
  let sweeper: BlockSweeper
  let summary: MatrixSummary
  let scaling: Scaling
  /// ‖scaled X‖².
  let squares: Double
  let held: [Bool]
  /// Relative, as in the recipe.
  let sparsity: Double
  let smoothness: Double

  /// Passes of coordinate descent per pixel and per channel.
  private static let passes = 8

  /// One iteration.
  ///
  /// - Returns: the loss at the new abundances and the old spectra: half the squared residual plus penalties.
  func iterate(_ factors: inout Factors) throws -> Double {
    let sums = try sweep(&factors)
    let width = factors.width
    let gram = sums.gram.map(Float.init)
    updateQuadraticWeights(
      components: factors.components, width: width, gram: gram, products: sums.products.map(Float.init),
      weights: &factors.spectra.values, sparsity: Array(repeating: 0, count: width), held: held, passes: Self.passes)
    factors.normalize(held: held, norm: Self.length)
    return sums.loss
  }

  static func length(of spectrum: [Float]) -> Double {
    spectrum.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private struct Sums: Sendable {
    var loss = 0.0
    /// Scaled Xᵀ · W, channels × width.
    var products: [Double]
    /// WᵀW, width × width.
    var gram: [Double]
    var weights: [Double]
  }

  private struct Partial: Sendable {
    var products: [Float]
    var gram: [Double]
    var weights: [Double]
  }

  private func sweep(_ factors: inout Factors) throws -> Sums {
    let (components, width, spectra) = (factors.components, factors.width, factors.spectra)
    let size = spectra.values.count
    var scaled = spectra
    for channel in 0..<spectra.count {
      for i in 0..<components { scaled[channel, i] *= scaling.columns[channel] }
    }
    let factor = scaled.values
    var spectraGram = [Double](repeating: 0, count: width * width)
    accumulateGram(of: spectra.values, width: width, into: &spectraGram)
    let gram = spectraGram.map(Float.init)
    let penaltyPerWeight = sparsity * (squares / Double(summary.presentRowCount)).squareRoot()
    let sparsities = [Float](repeating: Float(penaltyPerWeight), count: width)

    // Maps are smooth in counts: the inverse of the row scale takes the weights of the scaled matrix there.
    var unscaled: [[Float]] = []
    var edgeWeight = 0.0
    var neighbourhood: Neighbourhood?
    if smoothness > 0 {
      unscaled = scaling.rows.map { $0.map { $0 > 0 ? 1 / $0 : 0 } }
      var sum = 0.0
      for row in scaling.rows.joined() { sum += Double(row) * Double(row) }
      edgeWeight = smoothness * sum / Double(summary.presentRowCount)
      neighbourhood = Neighbourhood(
        factors, images: sweeper.source.images, rowCount: sweeper.source.rowCount, scale: unscaled)
    }
    let (neighbours, inverse, smoothing) = (neighbourhood, unscaled, Float(2 * edgeWeight))

    var total = Sums(
      products: Array(repeating: 0, count: size), gram: Array(repeating: 0, count: width * width),
      weights: Array(repeating: 0, count: width))
    try sweeper.sweep(
      into: &total, states: &factors.weights,
      partial: {
        Partial(
          products: Array(repeating: 0, count: size), gram: Array(repeating: 0, count: width * width),
          weights: Array(repeating: 0, count: width))
      },
      visit: { block, index, weights, partial in
        var products = [Float](repeating: 0, count: block.rowCount * width)
        block.multiply(factor, width: width, into: &products)
        scale(&products, width: width, by: scaling.rows[index])
        let penalty = neighbours?.penalty(for: weights.rows, smoothness: smoothing, scale: inverse[index])
        updateQuadraticWeights(
          components: components, width: width, gram: gram, products: products, weights: &weights.values,
          sparsity: sparsities, penalty: penalty ?? RowPenalty(), passes: Self.passes)
        accumulateGram(of: weights.values, width: width, into: &partial.gram)
        for row in weights.rows.indices {
          for i in 0..<components { partial.weights[i] += Double(weights.values[row * width + i]) }
        }
        products = weights.values
        scale(&products, width: width, by: scaling.rows[index])
        block.scatter(products, width: width, into: &partial.products)
      },
      merge: { total, partial in
        addAndClear(&partial.products, to: &total.products)
        for i in total.gram.indices {
          total.gram[i] += partial.gram[i]
          partial.gram[i] = 0
        }
        for i in total.weights.indices {
          total.weights[i] += partial.weights[i]
          partial.weights[i] = 0
        }
      })

    var cross = 0.0
    for channel in 0..<spectra.count {
      for i in 0..<width {
        total.products[channel * width + i] *= Double(scaling.columns[channel])
        cross += total.products[channel * width + i] * Double(spectra.values[channel * width + i])
      }
    }
    let square = zip(total.gram, spectraGram).reduce(0) { $0 + $1.0 * $1.1 }
    total.loss = (squares - 2 * cross + square) / 2 + penaltyPerWeight * total.weights.reduce(0, +)
    if smoothness > 0 {
      let after = Neighbourhood(
        factors, images: sweeper.source.images, rowCount: sweeper.source.rowCount, scale: unscaled)
      total.loss += edgeWeight * after.roughness
    }
    return total
  }
}

/// Multiplies each row of a rows × width array with its scale.
func scale(_ values: inout [Float], width: Int, by scales: [Float]) {
  for (row, scale) in scales.enumerated() {
    for i in row * width..<(row + 1) * width { values[i] *= scale }
  }
}
