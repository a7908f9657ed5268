internal import Blocks
internal import LinearAlgebra

/// The weights of the rows of one block.
struct BlockWeights: Sendable {
  var rows: [Int32] = []
  /// rows × width.
  var values: [Float] = []
}

/// Both factors of a factorisation while it runs.
struct Factors: Sendable {
  /// channels × width.
  var spectra: PaddedFactor
  var weights: [BlockWeights]

  var components: Int { spectra.components }
  var width: Int { spectra.width }

  /// Spectra with weights of zero, for the rows of each block.
  init(spectra: PaddedFactor, rows: [[Int32]]) {
    self.spectra = spectra
    let width = spectra.width
    weights = rows.map { BlockWeights(rows: $0, values: Array(repeating: 0, count: $0.count * width)) }
  }

  /// From arrays in natural order: channels × components and rows × components.
  init(spectra values: [Float], weights natural: [Float], channels: Int, components: Int, rows: [[Int32]]) {
    var spectra = PaddedFactor(zeros: channels, components: components)
    for channel in 0..<channels {
      for i in 0..<components { spectra[channel, i] = values[channel * components + i] }
    }
    self.init(spectra: spectra, rows: rows)
    for block in weights.indices {
      for (index, row) in weights[block].rows.enumerated() {
        for i in 0..<components {
          weights[block].values[index * width + i] = natural[Int(row) * components + i]
        }
      }
    }
  }

  /// Divides each spectrum that is not held by its norm, and multiplies its weights with it.
  mutating func normalize(held: [Bool], norm: (_ spectrum: [Float]) -> Double) {
    var sizes = [Float](repeating: 1, count: width)
    for i in 0..<components where !held[i] {
      let size = Float(norm(spectra.component(i)))
      guard size > 0, size.isFinite else { continue }
      for channel in 0..<spectra.count { spectra[channel, i] /= size }
      sizes[i] = size
    }
    for block in weights.indices {
      for row in weights[block].rows.indices {
        for i in 0..<width { weights[block].values[row * width + i] *= sizes[i] }
      }
    }
  }

  /// channels × components.
  var naturalSpectra: [Float] {
    (0..<spectra.count).flatMap { channel in (0..<components).map { spectra[channel, $0] } }
  }

  /// rows × components in the order of the matrix, `absent` where a row is in no block.
  func naturalWeights(rowCount: Int, absent: Float = 0) -> [Float] {
    var result = [Float](repeating: absent, count: rowCount * components)
    for block in weights {
      for (index, row) in block.rows.enumerated() {
        for i in 0..<components { result[Int(row) * components + i] = block.values[index * width + i] }
      }
    }
    return result
  }
}
