import Blocks
import Foundation
import LinearAlgebra
import Testing

/// The kernels against naive loops, for every width class, dense, small and large counts.
@Suite struct BlockKernelTests {
  enum Kind: CaseIterable { case dense, small, large }

  static func block(_ kind: Kind, rows: Int, columns: Int, seed: UInt64 = 3) -> (Block, [Float]) {
    var generator = RandomGenerator(seed: seed)
    let values = (0..<rows * columns).map { index in
      let count = Float(generator.nextPoisson(mean: 0.4))
      // An outlier that no symmetric error averages out, and a fraction that no byte holds.
      return kind == .small ? count : count * (index % 17 == 3 ? 300.5 : 1)
    }
    let rowNumbers = (0..<rows).map(Int32.init)
    return (
      Block(
        rows: rowNumbers, columnCount: columns,
        values: kind == .dense ? .dense(values) : .sparse(SparseRows(values, rows: rows, columns: columns))), values
    )
  }

  @Test(arguments: [1, 3, 4, 7, 8, 13, 16, 20, 40]) func productsAndScatter(_ components: Int) {
    for kind in Kind.allCases {
      let (rows, columns) = (7, 31)
      let (block, x) = Self.block(kind, rows: rows, columns: columns)
      var generator = RandomGenerator(seed: 8)
      var factor = PaddedFactor(zeros: columns, components: components)
      for c in 0..<columns { for i in 0..<components { factor[c, i] = generator.nextFloat() } }
      var weights = PaddedFactor(zeros: rows, components: components)
      for r in 0..<rows { for i in 0..<components { weights[r, i] = generator.nextFloat() } }
      let width = factor.width
      var products = [Float](repeating: 9, count: rows * width)
      block.multiply(factor.values, width: width, into: &products)
      var sums = [Float](repeating: 1, count: columns * width)
      block.scatter(weights.values, width: width, into: &sums)
      for i in 0..<components {
        for r in 0..<rows {
          let naive = (0..<columns).reduce(0.0) { $0 + Double(x[r * columns + $1]) * Double(factor[$1, i]) }
          #expect(abs(Double(products[r * width + i]) - naive) <= 1e-5 * (1 + naive))
        }
        for c in 0..<columns {
          let naive = 1 + (0..<rows).reduce(0.0) { $0 + Double(x[$1 * columns + c]) * Double(weights[$1, i]) }
          #expect(abs(Double(sums[c * width + i]) - naive) <= 1e-5 * naive)
        }
      }
    }
  }

  /// A library that divides products among threads of its own gives other bits, and not each time the same.
  @Test(arguments: [(1500, 700, 8), (64, 2048, 16), (4096, 64, 24), (1024, 1024, 16), (333, 2048, 8), (16, 4096, 64)])
  func productsOfDenseBlocksAreTheSameOnEveryThread(_ rows: Int, _ columns: Int, _ width: Int) {
    let (block, _) = Self.block(.dense, rows: rows, columns: columns)
    var generator = RandomGenerator(seed: 5)
    let factor = (0..<columns * width).map { _ in generator.nextFloat() }
    let weights = (0..<rows * width).map { _ in generator.nextFloat() }
    @Sendable func products() -> [UInt64] {
      var times = [Float](repeating: 0, count: rows * width)
      block.multiply(factor, width: width, into: &times)
      var sums = [Float](repeating: 0, count: columns * width)
      block.scatter(weights, width: width, into: &sums)
      var gram = [Double](repeating: 0, count: width * width)
      accumulateGram(of: times, width: width, into: &gram)
      return [times.map(Double.init), sums.map(Double.init), gram].map { values in
        values.reduce(0) { ($0 &* 31) &+ $1.bitPattern }
      }
    }
    let expected = products()
    let results = Gathered<[UInt64]>()
    DispatchQueue.concurrentPerform(iterations: 24) { _ in results.append(products()) }
    #expect(results.all.count == 24 && results.all.allSatisfy { $0 == expected })
  }

  @Test func statistics() {
    for kind in Kind.allCases {
      let (block, x) = Self.block(kind, rows: 5, columns: 40)
      var columnSums = [Double](repeating: 0, count: 40)
      let (found, rowSums) = block.statistics(columnSums: &columnSums)
      #expect(found.nonZeroCount == x.count { $0 != 0 })
      #expect(found.minimum == 0 && found.maximum == Double(x.max() ?? 0))
      #expect(abs(found.sum - x.reduce(0.0) { $0 + Double($1) }) < 1e-6)
      #expect(abs(rowSums.reduce(0, +) - found.sum) < 1e-6 && abs(columnSums.reduce(0, +) - found.sum) < 1e-6)
      #expect(rowSums[2] == x[80..<120].reduce(0.0) { $0 + Double($1) })
      let entropy = x.reduce(0.0) { $0 + ($1 > 0 ? Double($1) * log(Double($1)) : 0) }
      #expect(abs(block.entropy - entropy) < 1e-9 * entropy)
      let scales = [Float](repeating: 0.5, count: 40)
      #expect(
        abs(block.scaledSquares(rowScale: scales, columnScale: scales) - found.sumOfSquares / 16) < 1e-6 * found.sumOfSquares)
    }
  }

  @Test(arguments: [1, 3, 6, 12, 20]) func poissonPassAgreesWithNaiveSums(_ k: Int) {
    for kind in Kind.allCases {
      let (rows, columns) = (6, 50)
      let (block, x) = Self.block(kind, rows: rows, columns: columns)
      var generator = RandomGenerator(seed: 4)
      var factor = PaddedFactor(zeros: columns, components: k)
      for c in 0..<columns { for i in 0..<k { factor[c, i] = 0.01 + generator.nextFloat() / 50 } }
      let width = factor.width
      let sums = factor.sums.map(Float.init) + Array(repeating: 0, count: width - k)
      var weights = [Float](repeating: 0, count: rows * width)
      for r in 0..<rows { for i in 0..<k { weights[r * width + i] = 1 + 20 * generator.nextFloat() } }
      func likelihood(_ w: [Float]) -> Double {
        (0..<rows).reduce(0.0) { total, r in
          (0..<columns).reduce(total) { total, c in
            let u = (0..<k).reduce(0.0) { $0 + Double(w[r * width + $1]) * Double(factor[c, $1]) }
            return total + Double(x[r * columns + c]) * log(u) - u
          }
        }
      }
      var gradient = [Float](repeating: 0, count: columns * width)
      var curvature = width <= 16 ? [Float](repeating: 0, count: columns * width * width) : []
      var scratch: [Float] = []
      var last = likelihood(weights)
      for steps in [0, 1, 1, 3] {
        gradient = gradient.map { _ in 0 }
        curvature = curvature.map { _ in 0 }
        let value = block.updatePoissonWeights(
          components: k, width: width, factor: factor.values, spectrumSums: sums, weights: &weights,
          penalty: RowPenalty(), steps: steps, floor: 1e-10, smallest: 1e-14, gradient: &gradient, curvature: &curvature,
          scratch: &scratch)
        let exact = likelihood(weights)
        #expect(abs(value - exact) < 1e-5 * abs(exact))
        #expect(exact >= last - 1e-5 * abs(last))
        last = exact
      }
      for c in 0..<columns {
        var naive = [Double](repeating: 0, count: k)
        var square = 0.0
        for r in 0..<rows {
          let u = (0..<k).reduce(0.0) { $0 + Double(weights[r * width + $1]) * Double(factor[c, $1]) }
          let value = Double(x[r * columns + c])
          for i in 0..<k { naive[i] += value / u * Double(weights[r * width + i]) }
          square += value / (u * u) * Double(weights[r * width]) * Double(weights[r * width + k - 1])
        }
        for i in 0..<k { #expect(abs(Double(gradient[c * width + i]) - naive[i]) <= 1e-4 * (1 + naive[i])) }
        if !curvature.isEmpty {
          #expect(abs(Double(curvature[c * width * width + k - 1]) - square) <= 1e-4 * (1 + square))
        }
      }
    }
  }
}
