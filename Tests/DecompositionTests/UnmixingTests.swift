import Blocks
import Foundation
import LinearAlgebra
import Testing

@testable import Decomposition

struct UnmixingTests {
  private let data = SyntheticCounts(counts: 400)

  /// True abundances as parts of a pixel.
  private func part(_ component: Int, _ pixel: Int) -> Double {
    data.abundances[component][pixel] / data.abundances.reduce(0) { $0 + $1[pixel] }
  }

  /// Least squares with the weights of the mean spectrum, by trying all subsets of the spectra on the whole pixel.
  private func naive(_ pixel: Int, isSumFixed: Bool) -> (a: [Double], total: Double) {
    let channels = data.channels
    let mean = (0..<channels).map { c in
      (0..<data.height * data.width).reduce(0.0) { $0 + Double(data.values[$1 * channels + c]) }
    }
    let total = mean.reduce(0, +)
    let weights = mean.map { $0 > 0 ? total / $0 : 0 }
    let row = (0..<channels).map { Double(data.values[pixel * channels + $0]) }
    let counts = row.reduce(0, +)
    func normalised(_ spectrum: [Double]) -> [Double] {
      let sum = zip(spectrum, weights).reduce(0) { $0 + ($1.1 > 0 ? $1.0 : 0) }
      return spectrum.map { $0 / sum }
    }
    let spectra = data.spectra.map(normalised)
    var gram = Matrix(zeros: 3, 3)
    var linear = [0.0, 0, 0]
    for i in 0..<3 {
      for c in 0..<channels {
        linear[i] += weights[c] * spectra[i][c] * row[c] / (isSumFixed ? counts : 1)
        for j in 0..<3 { gram[i, j] += weights[c] * spectra[i][c] * spectra[j][c] }
      }
    }
    var solver = FactorizedSubsets(gram, isSumFixed: isSumFixed)
    var best = (value: Double.infinity, x: [0.0, 0, 0])
    var x = [0.0, 0, 0]
    for subset in 1..<UInt32(8) {
      solver.solve(subset, linear, 0, into: &x)
      guard x.allSatisfy({ $0 >= 0 }) else { continue }
      let value = (0..<3).reduce(0.0) { sum, i in
        sum - linear[i] * x[i] + (0..<3).reduce(0.0) { $0 + 0.5 * gram[i, $1] * x[i] * x[$1] }
      }
      if value < best.value { best = (value, x) }
    }
    let sum = best.x.reduce(0, +)
    return (best.x.map { $0 / sum }, isSumFixed ? counts : sum)
  }

  @Test(arguments: [true, false]) func equalsLeastSquaresOfWholePixels(isSumFixed: Bool) throws {
    let result = try Unmixing(hasFreeThickness: !isSumFixed).fit(data.matrix(), spectra: data.spectra)
    for pixel in stride(from: 0, to: data.height * data.width, by: 7) {
      let expected = naive(pixel, isSumFixed: isSumFixed)
      for i in 0..<3 { #expect(abs(Double(result.abundances[i][pixel]) - expected.a[i]) < 2e-5) }
      #expect(abs(Double(result.totals[pixel]) - expected.total) < 2e-5 * expected.total)
    }
  }

  @Test(arguments: [Unmixing(), Unmixing(hasFreeThickness: true), Unmixing(method: .poissonFCLS)])
  func findsTheTruth(unmixing: Unmixing) throws {
    let result = try unmixing.fit(data.matrix(), spectra: data.spectra.map { $0.map { 17 * $0 } })
    var squares = [0.0, 0, 0]
    let pixels = data.height * data.width
    for pixel in 0..<pixels {
      #expect(abs(result.abundances.reduce(0.0) { $0 + Double($1[pixel]) } - 1) < 1e-5)
      for i in 0..<3 { squares[i] += pow(Double(result.abundances[i][pixel]) - part(i, pixel), 2) }
    }
    for i in 0..<3 { #expect((squares[i] / Double(pixels)).squareRoot() < 0.06) }
    #expect(result.unconverged == 0)
    // χ² of Poisson counts with their true expectation is 1 on average at any number of counts.
    let mean = result.residuals.reduce(0) { $0 + Double($1) } / Double(pixels)
    #expect(abs(mean - 1) < 0.05)
  }

  @Test(arguments: [Unmixing(), Unmixing(hasFreeThickness: true), Unmixing(method: .poissonFCLS)])
  func blocksAndThreadsDoNotMatter(unmixing: Unmixing) throws {
    let reference = try unmixing.fit(data.matrix(), spectra: data.spectra)
    for (threads, memory) in [(1, 0), (3, 1 << 30), (8, 5000)] {
      let again = try unmixing.fit(data.matrix(), spectra: data.spectra, threads: threads, memory: memory)
      #expect(again.abundances == reference.abundances && again.totals == reference.totals)
      #expect(again.residuals == reference.residuals)
    }
    for (rows, sparse) in [(1, true), (7, true), (480, true), (7, false), (480, false)] {
      let again = try unmixing.fit(data.matrix(rowsPerBlock: rows, sparse: sparse), spectra: data.spectra)
      for i in 0..<3 { #expect(zip(again.abundances[i], reference.abundances[i]).allSatisfy { abs($0 - $1) < 1e-4 }) }
      #expect(zip(again.residuals, reference.residuals).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func theResidualIsPearsons() throws {
    let result = try Unmixing(method: .poissonFCLS).fit(data.matrix(), spectra: data.spectra)
    let mean = (0..<data.channels).map { c in
      (0..<data.height * data.width).reduce(0.0) { $0 + Double(data.values[$1 * data.channels + c]) }
    }
    let all = mean.reduce(0, +)
    for pixel in [0, 100, 321] {
      let row = data.values[pixel * data.channels..<(pixel + 1) * data.channels].map(Double.init)
      let total = row.reduce(0, +)
      var sum = 0.0
      for c in row.indices where mean[c] > 0 {
        let share = (0..<3).reduce(0.0) { $0 + Double(result.abundances[$1][pixel]) * data.spectra[$1][c] }
        let expected = total * max(share, 0.01 * mean[c] / all)
        sum += (row[c] - expected) * (row[c] - expected) / expected
      }
      let reduced = sum / Double(mean.count { $0 > 0 } - 3)
      #expect(abs(Double(result.residuals[pixel]) - reduced) < 0.01 * reduced)
    }
  }

  @Test func theLikelihoodIsAtItsMaximum() {
    var generator = RandomGenerator(seed: 9)
    for round in 0..<1000 {
      let size = 1 + round % 5
      let channels = 1 + generator.nextIndex(below: 40)
      let spectra = (0..<channels * size).map { _ in generator.nextDouble() < 0.3 ? 1e-6 : generator.nextDouble() }
      let counts = (0..<channels).map { _ in Double(1 + generator.nextPoisson(mean: 3)) }
      var a = [Double](repeating: 1 / Double(size), count: size)
      var poisson = PoissonSimplex(size: size)
      #expect(poisson.maximize(counts[...], spectra, &a))
      let total = counts.reduce(0, +)
      var gradient = [Double](repeating: 0, count: size)
      for (index, count) in counts.enumerated() {
        let expected = (0..<size).reduce(0.0) { $0 + a[$1] * spectra[index * size + $1] }
        for i in 0..<size { gradient[i] += count * spectra[index * size + i] / expected / total }
      }
      #expect(abs(a.reduce(0, +) - 1) < 1e-9 && a.allSatisfy { $0 >= 0 })
      // All at most 1, and 1 where there is something.
      #expect(gradient.allSatisfy { $0 <= 1 + 2e-9 })
      for i in 0..<size where a[i] > 1e-3 { #expect(abs(gradient[i] - 1) < 1e-5) }
    }
  }

  @Test func pixelsWithoutCountsHaveNoAbundances() throws {
    var values = data.values
    for index in 0..<data.channels { values[3 * data.channels + index] = 0 }
    for unmixing in [Unmixing(), Unmixing(hasFreeThickness: true), Unmixing(method: .poissonFCLS)] {
      let result = try unmixing.fit(
        DenseMatrix(rows: data.height * data.width, columns: data.channels, values: values, sparse: true), spectra: data.spectra)
      #expect(result.abundances[0][3].isNaN && result.residuals[3].isNaN && result.totals[3] == 0)
      #expect(result.abundances[0][4].isFinite)
    }
  }

  @Test func whatCannotBe() {
    let source = data.matrix()
    let (a, b) = (data.spectra[0], data.spectra[1])
    var holes = a
    holes[2] = .nan
    let bad: [[[Double]]] = [
      [], [a, a], [a, b, zip(a, b).map { 0.3 * $0 + 0.7 * $1 }], [Array(a.dropLast())], [holes], [a.map { _ in 0 }],
      Array(repeating: a, count: 33),
    ]
    for spectra in bad { #expect(throws: DecompositionError.self) { try Unmixing().fit(source, spectra: spectra) } }
    let negative = DenseMatrix(rows: 2, columns: 3, values: [1, 2, 3, -1, 2, 3])
    #expect(throws: DecompositionError.self) { try Unmixing().fit(negative, spectra: [[1, 2, 3]]) }
    #expect(throws: Unmixing.Interrupted.self) { try Unmixing().fit(source, spectra: [a]) { _, _ in .stop } }
  }
}
