import Blocks
import Foundation
import LinearAlgebra

/// Poisson counts of three phases with known spectra and maps, the second and third minor.
struct SyntheticCounts {
  let height: Int, width: Int, channels: Int
  var spectra: [[Double]]
  var abundances: [[Double]]
  var values: [Float]

  init(height: Int = 24, width: Int = 20, channels: Int = 96, counts: Double = 60, seed: UInt64 = 5) {
    (self.height, self.width, self.channels) = (height, width, channels)
    let lines: [[(Double, Double)]] = [
      [(0.1, 3), (0.35, 2), (0.5, 1)], [(0.1, 2), (0.35, 0.2), (0.7, 3)], [(0.1, 2), (0.5, 3), (0.85, 2)],
    ]
    spectra = lines.map { lines in
      let spectrum = (0..<channels).map { channel in
        let position = Double(channel) / Double(channels)
        return lines.reduce(0.02 * exp(-3 * position)) {
          $0 + $1.1 * exp(-pow((position - $1.0) / 0.015, 2) / 2) / 10
        }
      }
      let sum = spectrum.reduce(0, +)
      return spectrum.map { $0 / sum }
    }
    abundances = Array(repeating: Array(repeating: 0, count: height * width), count: 3)
    for y in 0..<height {
      for x in 0..<width {
        let (v, u) = (Double(y) / Double(height), Double(x) / Double(width))
        let second = exp(-(pow(v - 0.3, 2) + pow(u - 0.3, 2)) / 0.02)
        let third = exp(-(pow(v - 0.7, 2) + pow(u - 0.65, 2)) / 0.008)
        abundances[1][y * width + x] = counts * 0.9 * second
        abundances[2][y * width + x] = counts * 0.9 * third
        abundances[0][y * width + x] = counts * max(0.05, 1 - 0.9 * second - 0.9 * third)
      }
    }
    var generator = RandomGenerator(seed: seed)
    values = []
    values.reserveCapacity(height * width * channels)
    for pixel in 0..<height * width {
      for channel in 0..<channels {
        let mean = (0..<3).reduce(0) { $0 + abundances[$1][pixel] * spectra[$1][channel] }
        values.append(Float(generator.nextPoisson(mean: mean)))
      }
    }
  }

  func matrix(rowsPerBlock: Int = 50, sparse: Bool = true) -> DenseMatrix {
    DenseMatrix(
      rows: height * width, columns: channels, values: values, rowsPerBlock: rowsPerBlock, image: [height, width],
      sparse: sparse)
  }

  /// Σ x·ln(x/u) − x + u, in double precision, entry by entry, u at least 10⁻¹² of the mean value in the logarithm.
  func divergence(spectra: [[Float]], abundances: [[Float]]) -> Double {
    let least = 1e-12 * values.reduce(0) { $0 + Double($1) } / Double(values.count)
    var sum = 0.0
    for pixel in 0..<height * width {
      for channel in 0..<channels {
        let u = spectra.indices.reduce(0.0) { $0 + Double(abundances[$1][pixel]) * Double(spectra[$1][channel]) }
        let x = Double(values[pixel * channels + channel])
        sum += (x > 0 ? x * log(x / max(u, least)) : 0) - x + u
      }
    }
    return sum
  }

  var trueDivergence: Double {
    divergence(spectra: spectra.map { $0.map(Float.init) }, abundances: abundances.map { $0.map(Float.init) })
  }
}

/// The cosine of the angle between two vectors.
func cosine<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
  var (product, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    product += Double(x) * Double(y)
    aa += Double(x) * Double(x)
    bb += Double(y) * Double(y)
  }
  return product / (aa * bb).squareRoot()
}
