import Blocks
import Decomposition
import Foundation
import LinearAlgebra
import Testing

@Suite struct PCATests {
  let counts = SyntheticCounts(height: 40, width: 40, counts: 300)

  @Test(arguments: PCA.Scaling.allCases) func agreesWithTheEigenvaluesOfTheWholeMatrix(_ scaling: PCA.Scaling) throws {
    let result = try PCA(components: 4, scaling: scaling).fit(counts.matrix())
    let (rows, columns) = (1600, counts.channels)
    var x = Matrix(rows: rows, columns: columns, values: counts.values.map(Double.init))
    if scaling == .poisson {
      let rowSums = (0..<rows).map { row in (0..<columns).reduce(0) { $0 + x[row, $1] } }
      let columnSums = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + x[$1, column] } }
      let total = rowSums.reduce(0, +)
      for row in 0..<rows {
        for column in 0..<columns where columnSums[column] > 0 && rowSums[row] > 0 {
          x[row, column] *= (total / rowSums[row] / columnSums[column]).squareRoot()
        }
      }
    }
    let (values, _) = (x.transposed * x).symmetricEigen()
    let trace = values.reduce(0, +)
    for i in 0..<3 { #expect(abs(result.explainedVarianceRatio[i] - values[i] / trace) < 1e-5) }
    for i in 3..<20 { #expect(abs(result.explainedVarianceRatio[i] / (values[i] / trace) - 1) < 0.05) }
  }

  @Test func scoresTimesSpectraAreTheData() throws {
    // As many components as the data have give the data back.
    let small = SyntheticCounts(height: 6, width: 5, channels: 12, counts: 500)
    let result = try PCA(components: 12).fit(small.matrix(rowsPerBlock: 7))
    for row in 0..<30 {
      for channel in 0..<12 {
        let value = (0..<12).reduce(Float(0)) { $0 + result.scores[$1][row] * result.spectra[$1][channel] }
        #expect(abs(value - small.values[row * 12 + channel]) < 0.02 * (1 + small.values[row * 12 + channel]))
      }
    }
  }

  @Test func tellsPhasesFromNoise() throws {
    let result = try PCA().fit(counts.matrix())
    #expect(result.aboveNoise == 3)
    #expect(result.elbow == 4)
    #expect(try PCA(scaling: .none).fit(counts.matrix()).aboveNoise == nil)
    // Noise alone: one component, the mean.
    var noise = counts
    var generator = RandomGenerator(seed: 1)
    noise.values = noise.values.map { _ in Float(generator.nextPoisson(mean: 2)) }
    #expect(try PCA().fit(noise.matrix()).aboveNoise == 1)
    #expect(PCA.elbow(of: [1]) == 1)
    #expect(PCA.elbow(of: [1, 0.5]) == 2)
    #expect(PCA.elbow(of: [0.9, 0.05, 0.001, 0.0009, 0.0008, 0.0007]) == 3)
  }

  /// One spectrum of which most channels are dark, few counts in each pixel, and pixels of very different brightness: single counts
  /// where hardly any are expected are no components.
  @Test(arguments: [3.0, 10, 100]) func noiseOfFewCountsIsNoComponent(_ counts: Double) throws {
    var generator = RandomGenerator(seed: 4)
    let (rows, columns) = (1024, 512)
    let spectrum = (0..<columns).map { exp(-Double($0) / 40) + 2e-5 }
    let total = spectrum.reduce(0, +)
    let values = (0..<rows * columns).map { index in
      let brightness = index / columns % 7 == 0 ? 0.2 : 1
      return Float(generator.nextPoisson(mean: counts * brightness * spectrum[index % columns] / total))
    }
    let matrix = DenseMatrix(rows: rows, columns: columns, values: values, rowsPerBlock: 100, image: [32, 32], sparse: true)
    #expect(try PCA().fit(matrix).aboveNoise == 1)
  }

  /// Two spectra with lines of their own in different pixels: what has the variance 1 on average has it not everywhere if rows and
  /// columns are scaled by their sums.
  @Test func noiseOfAMixtureIsNoComponent() throws {
    var generator = RandomGenerator(seed: 8)
    let (rows, columns) = (1600, 400)
    let values = (0..<rows * columns).map { index in
      let (row, column) = (index / columns, index % columns)
      let isGrain = row % 40 < 4
      let line = (column > 200) == isGrain ? 1.0 : 0.02
      return Float(generator.nextPoisson(mean: (isGrain ? 0.3 : 0.01) * line))
    }
    let matrix = DenseMatrix(rows: rows, columns: columns, values: values, rowsPerBlock: 100, image: [40, 40], sparse: true)
    #expect(try PCA().fit(matrix).aboveNoise == 2)
  }

  @Test func hasTheSameBitsOnAnyNumberOfThreads() throws {
    let one = try PCA(components: 5).fit(counts.matrix(rowsPerBlock: 11), threads: 1)
    let four = try PCA(components: 5).fit(counts.matrix(rowsPerBlock: 11), threads: 4, memory: 0)
    #expect(one.scores == four.scores)
    #expect(one.spectra == four.spectra)
  }

  /// With enough channels for a linear algebra library to divide its work among threads of its own.
  @Test(arguments: [true, false]) func hasTheSameBitsOfManyChannels(sparse: Bool) throws {
    let wide = SyntheticCounts(height: 32, width: 30, channels: 2048, counts: 160).matrix(rowsPerBlock: 240, sparse: sparse)
    let one = try PCA(components: 16).fit(wide, threads: 1)
    for _ in 0..<6 {
      let two = try PCA(components: 16).fit(wide, threads: 2)
      #expect(one.scores == two.scores && one.spectra == two.spectra)
    }
  }

  @Test func acceptsNegativeValuesWithoutScalingOnly() throws {
    let matrix = DenseMatrix(rows: 4, columns: 3, values: [1, -2, 3, 2, 2, 1, 0, 1, 0, 4, 4, -1])
    #expect(throws: DecompositionError.self) { try PCA(components: 2).fit(matrix) }
    #expect(try PCA(components: 3, scaling: .none).fit(matrix).spectra.count == 3)
  }
}
