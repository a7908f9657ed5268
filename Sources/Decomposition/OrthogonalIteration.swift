internal import Blocks
internal import LinearAlgebra

/// The iterations with soft orthogonality of the maps and automatic relevance determination.
///
/// Shiga et al., Ultramicroscopy 170, 43 (2016), equations 8–17: two sweeps each, since the maps are updated one after
/// the other over all pixels before the spectra can be. Without a component's map the sum of the others is r; the map is
/// made more orthogonal to it by subtracting a share w of its projection on r. Automatic relevance puts an exponential
/// prior with scale λ on each map and takes a component away when its map vanishes under it.
struct OrthogonalIteration: Sendable {
  let sweeper: BlockSweeper
  let summary: MatrixSummary
  let scaling: Scaling
  /// ‖scaled X‖².
  let squares: Double
  let held: [Bool]
  let orthogonality: Double
  let automaticRelevance: Bool

  /// One iteration.
  ///
  /// - Returns: half the squared residual.
  func iterate(_ factors: inout Factors) throws -> Double {
    let products = try self.products(factors)
    let (components, width) = (factors.components, factors.width)
    var gram = [Double](repeating: 0, count: width * width)
    accumulateGram(of: factors.spectra.values, width: width, into: &gram)

    let variance = automaticRelevance ? try residual(factors, products: products, gram: gram) : 0
    for i in 0..<components { updateMap(i, &factors, products, gram, variance: variance) }

    let (cross, mapGram) = try spectraSums(factors)
    let scales = (0..<components).map { mapGram[$0 * width + $0] }
    for i in 0..<components where !held[i] && scales[i] > 0 {
      for channel in 0..<factors.spectra.count {
        var value = cross[channel * width + i]
        for j in 0..<components where j != i {
          value -= Double(factors.spectra[channel, j]) * mapGram[j * width + i]
        }
        factors.spectra[channel, i] = Float(max(0, value / scales[i]))
      }
    }
    let loss = loss(factors, cross: cross, mapGram: mapGram)
    factors.normalize(held: held, norm: QuadraticIteration.length)
    return loss
  }

  /// C_i ← max(0, X·S_i − Σ_{j≠i} C_j (SᵀS)_ij − σ²/λ_i, less its projection on the sum of the others).
  private func updateMap(
    _ i: Int, _ factors: inout Factors, _ products: [[Float]], _ gram: [Double], variance: Double
  ) {
    let (components, width) = (factors.components, factors.width)
    let own = gram[i * width + i]
    guard own > 0 else { return clear(i, &factors) }
    var shift = 0.0
    if automaticRelevance {
      var sum = 0.0
      for block in factors.weights { for row in block.rows.indices { sum += Double(block.values[row * width + i]) } }
      let relevance = sum / Double(summary.presentRowCount + 2)
      guard relevance > 0 else { return clear(i, &factors) }
      shift = variance / relevance
    }
    var (overlap, square) = (0.0, 0.0)
    for block in factors.weights.indices {
      for row in factors.weights[block].rows.indices {
        let base = row * width
        var value = Double(products[block][base + i]) - shift
        var others = 0.0
        for j in 0..<components where j != i {
          let other = Double(factors.weights[block].values[base + j])
          value -= other * gram[i * width + j]
          others += other
        }
        value /= own
        factors.weights[block].values[base + i] = Float(value)
        overlap += others * value
        square += others * others
      }
    }
    let share = square > 0 ? orthogonality * overlap / square : 0
    for block in factors.weights.indices {
      for row in factors.weights[block].rows.indices {
        let base = row * width
        var others: Float = 0
        for j in 0..<components where j != i { others += factors.weights[block].values[base + j] }
        let value = factors.weights[block].values[base + i] - Float(share) * others
        factors.weights[block].values[base + i] = max(0, value)
      }
    }
  }

  private func clear(_ i: Int, _ factors: inout Factors) {
    for block in factors.weights.indices {
      for row in factors.weights[block].rows.indices { factors.weights[block].values[row * factors.width + i] = 0 }
    }
  }

  /// Scaled X · S, per block rows × width.
  private func products(_ factors: Factors) throws -> [[Float]] {
    let width = factors.width
    var scaled = factors.spectra
    for channel in 0..<scaled.count {
      for i in 0..<scaled.components { scaled[channel, i] *= scaling.columns[channel] }
    }
    let factor = scaled.values
    var products = [[Float]](repeating: [], count: factors.weights.count)
    var nothing: Void = ()
    try sweeper.sweep(
      into: &nothing, states: &products, partial: {},
      visit: { block, index, products, _ in
        products = Array(repeating: 0, count: block.rowCount * width)
        block.multiply(factor, width: width, into: &products)
        scale(&products, width: width, by: scaling.rows[index])
      }, merge: { _, _ in })
    return products
  }

  /// The mean squared residual at the present factors: σ².
  private func residual(_ factors: Factors, products: [[Float]], gram: [Double]) throws -> Double {
    let width = factors.width
    var cross = 0.0
    var mapGram = [Double](repeating: 0, count: width * width)
    for (block, product) in zip(factors.weights, products) {
      for (a, b) in zip(block.values, product) { cross += Double(a) * Double(b) }
      accumulateGram(of: block.values, width: width, into: &mapGram)
    }
    let square = zip(mapGram, gram).reduce(0) { $0 + $1.0 * $1.1 }
    let count = Double(summary.presentRowCount) * Double(factors.spectra.count)
    return max(0, squares - 2 * cross + square) / count
  }

  /// Scaled Xᵀ · C (channels × width) and CᵀC (width × width).
  private func spectraSums(_ factors: Factors) throws -> (cross: [Double], gram: [Double]) {
    let width = factors.width
    let size = factors.spectra.values.count
    let weights = factors.weights
    var cross = [Double](repeating: 0, count: size)
    try sweeper.sweep(
      into: &cross, partial: { [Float](repeating: 0, count: size) },
      visit: { block, index, partial in
        var values = weights[index].values
        scale(&values, width: width, by: scaling.rows[index])
        block.scatter(values, width: width, into: &partial)
      },
      merge: { addAndClear(&$1, to: &$0) })
    for channel in 0..<factors.spectra.count {
      for i in 0..<width { cross[channel * width + i] *= Double(scaling.columns[channel]) }
    }
    var gram = [Double](repeating: 0, count: width * width)
    for block in weights { accumulateGram(of: block.values, width: width, into: &gram) }
    return (cross, gram)
  }

  /// Half the squared residual at the present factors.
  private func loss(_ factors: Factors, cross: [Double], mapGram: [Double]) -> Double {
    let width = factors.width
    var gram = [Double](repeating: 0, count: width * width)
    accumulateGram(of: factors.spectra.values, width: width, into: &gram)
    let product = zip(cross, factors.spectra.values).reduce(0) { $0 + $1.0 * Double($1.1) }
    let square = zip(mapGram, gram).reduce(0) { $0 + $1.0 * $1.1 }
    return max(0, squares - 2 * product + square) / 2
  }
}
