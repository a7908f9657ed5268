internal import Blocks
internal import LinearAlgebra

/// Spectra to start from, of the scaled matrix and of unit length; the weights follow from the first iteration.
struct Initialization {
  let sweeper: BlockSweeper
  let summary: MatrixSummary
  let scaling: Scaling
  let recipe: NMF

  /// - Parameters:
  ///   - method: where the components come from that have no given spectrum.
  ///   - restart: the number of the run, of which each has its own random numbers.
  func spectra(_ method: NMF.Initialization, restart: Int) throws -> PaddedFactor {
    var spectra = PaddedFactor(zeros: sweeper.source.columnCount, components: recipe.components)
    let given = recipe.spectra.count
    for (i, spectrum) in recipe.spectra.enumerated() {
      for (channel, value) in spectrum.enumerated() { spectra[channel, i] = value * scaling.columns[channel] }
    }
    if given < recipe.components {
      switch method {
      case .nndsvd: try fillFromSVD(&spectra, from: given)
      case .random: fillAtRandom(&spectra, from: given, restart: restart)
      }
    }
    for i in 0..<recipe.components {
      let length = Float(QuadraticIteration.length(of: spectra.component(i)))
      guard length > 0 else { continue }
      for channel in 0..<spectra.count { spectra[channel, i] /= length }
    }
    return spectra
  }

  /// The positive or the negative part of each singular vector, whichever carries more together with its left vector.
  private func fillFromSVD(_ spectra: inout PaddedFactor, from first: Int) throws {
    let svd = try RandomizedSVD(of: sweeper, scaling: scaling, count: recipe.components, sweeps: 3, seed: recipe.seed)
    let factor = RandomizedSVD.scaled(svd.vectors, by: scaling.columns)
    let (width, components) = (factor.width, factor.components)
    // Σ of squares of the positive and of the negative part of each left vector (times its singular value).
    var parts = [Double](repeating: 0, count: 2 * width)
    try sweeper.sweep(
      into: &parts, partial: { [Double](repeating: 0, count: 2 * width) },
      visit: { block, index, partial in
        var products = [Float](repeating: 0, count: block.rowCount * width)
        block.multiply(factor.values, width: width, into: &products)
        for (row, scale) in scaling.rows[index].enumerated() {
          for i in 0..<components {
            let value = Double(products[row * width + i] * scale)
            partial[value > 0 ? i : width + i] += value * value
          }
        }
      },
      merge: { total, partial in
        for i in total.indices {
          total[i] += partial[i]
          partial[i] = 0
        }
      })
    let vectors = svd.vectors
    for i in first..<recipe.components {
      let source = i - first
      var squares = (positive: 0.0, negative: 0.0)
      for channel in 0..<vectors.rows {
        let value = vectors[channel, source]
        if value > 0 { squares.positive += value * value } else { squares.negative += value * value }
      }
      let sign = squares.positive * parts[source] >= squares.negative * parts[width + source] ? 1.0 : -1.0
      for channel in 0..<vectors.rows { spectra[channel, i] = Float(max(0, sign * vectors[channel, source])) }
    }
  }

  /// The mean spectrum, each channel times its own random number.
  private func fillAtRandom(_ spectra: inout PaddedFactor, from first: Int, restart: Int) {
    var generator = RandomGenerator(seed: recipe.seed, stream: UInt64(restart))
    for i in first..<recipe.components {
      for channel in 0..<spectra.count {
        spectra[channel, i] =
          Float(generator.nextDouble() * summary.columnSums[channel]) * scaling.columns[channel]
      }
    }
  }
}
