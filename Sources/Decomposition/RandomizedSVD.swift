internal import Blocks
internal import LinearAlgebra

/// The leading right singular vectors of a scaled matrix, by randomised subspace iteration over sweeps.
///
/// Halko, Martinsson & Tropp, SIAM Review 53, 217 (2011), algorithm 4.4 on XᵀX, with a Rayleigh–Ritz step at the end:
/// `sweeps` sweeps to find the subspace, one more for the singular values.
struct RandomizedSVD {
  /// Largest first.
  let singularValues: [Double]
  /// channels × count, of the scaled matrix.
  let vectors: Matrix

  init(
    of sweeper: BlockSweeper, scaling: Scaling, count: Int, sweeps: Int, seed: UInt64,
    afterSweep: () throws -> Void = {}
  ) throws {
    let columns = sweeper.source.columnCount
    // The padding of the kernels serves as oversampling, of eight vectors at least.
    let sampled = min(PaddedFactor.width(of: count + 8), columns)
    var generator = RandomGenerator(seed: seed, stream: 0x5644)
    var basis = Matrix(zeros: columns, sampled)
    for index in basis.values.indices { basis.values[index] = generator.nextGaussian() }
    for _ in 0..<sweeps {
      basis = try Self.normalProduct(sweeper, scaling, basis).orthonormalized()
      try afterSweep()
    }
    let gram = try Self.gram(sweeper, scaling, basis)
    try afterSweep()
    let (values, rotation) = gram.symmetricEigen()
    singularValues = values.prefix(count).map { max(0, $0).squareRoot() }
    vectors = (basis * rotation).prefix(columns: min(count, sampled))
  }

  /// The factor that the kernels multiply raw rows with to get products of scaled rows, but for the row scale.
  static func scaled(_ basis: Matrix, by columns: [Float]) -> PaddedFactor {
    var factor = PaddedFactor(basis)
    for channel in 0..<factor.count {
      for i in 0..<factor.components { factor[channel, i] *= columns[channel] }
    }
    return factor
  }

  private static func normalProduct(_ sweeper: BlockSweeper, _ scaling: Scaling, _ basis: Matrix) throws -> Matrix {
    let factor = scaled(basis, by: scaling.columns)
    let width = factor.width
    let size = factor.values.count
    struct Partial: Sendable {
      var products: [Float] = []
      var sums: [Float]
    }
    var total = [Double](repeating: 0, count: size)
    try sweeper.sweep(
      into: &total, partial: { Partial(sums: Array(repeating: 0, count: size)) },
      visit: { block, index, partial in
        partial.products = Array(repeating: 0, count: block.rowCount * width)
        block.multiply(factor.values, width: width, into: &partial.products)
        for (row, scale) in scaling.rows[index].enumerated() {
          for i in row * width..<(row + 1) * width { partial.products[i] *= scale * scale }
        }
        block.scatter(partial.products, width: width, into: &partial.sums)
      },
      merge: { total, partial in
        for i in 0..<size {
          total[i] += Double(partial.sums[i])
          partial.sums[i] = 0
        }
      })
    var result = Matrix(zeros: basis.rows, basis.columns)
    for channel in 0..<basis.rows {
      for i in 0..<basis.columns {
        result[channel, i] = total[channel * width + i] * Double(scaling.columns[channel])
      }
    }
    return result
  }

  private static func gram(_ sweeper: BlockSweeper, _ scaling: Scaling, _ basis: Matrix) throws -> Matrix {
    let factor = scaled(basis, by: scaling.columns)
    let width = factor.width
    var total = [Double](repeating: 0, count: width * width)
    try sweeper.sweep(
      into: &total, partial: { [Double](repeating: 0, count: width * width) },
      visit: { block, index, partial in
        var products = [Float](repeating: 0, count: block.rowCount * width)
        block.multiply(factor.values, width: width, into: &products)
        for (row, scale) in scaling.rows[index].enumerated() {
          for i in row * width..<(row + 1) * width { products[i] *= scale }
        }
        accumulateGram(of: products, width: width, into: &partial)
      },
      merge: { total, partial in
        for i in total.indices {
          total[i] += partial[i]
          partial[i] = 0
        }
      })
    var gram = Matrix(zeros: basis.columns, basis.columns)
    for i in 0..<basis.columns { for j in 0..<basis.columns { gram[i, j] = total[i * width + j] } }
    return gram
  }
}
