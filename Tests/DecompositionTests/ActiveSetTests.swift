import LinearAlgebra
import Testing

@testable import Decomposition

struct ActiveSetTests {
  /// A problem with a positive definite matrix of some condition.
  private func problem(_ size: Int, _ generator: inout RandomGenerator) -> (gram: Matrix, linear: [Double]) {
    var factor = Matrix(zeros: size + 3, size)
    for row in 0..<size + 3 { for column in 0..<size { factor[row, column] = generator.nextDouble() } }
    var linear = (0..<size).map { _ in 3 * generator.nextGaussian() }
    if generator.nextDouble() < 0.2 { linear = linear.map { $0 * 100 } }
    return (factor.transposed * factor, linear)
  }

  private func objective(_ gram: Matrix, _ linear: [Double], _ x: [Double]) -> Double {
    var value = 0.0
    for i in x.indices {
      value -= linear[i] * x[i]
      for j in x.indices { value += 0.5 * gram[i, j] * x[i] * x[j] }
    }
    return value
  }

  /// The best of the solutions of all subsets that lie within the bounds.
  private func enumerated(_ gram: Matrix, _ linear: [Double], isSumFixed: Bool) -> [Double] {
    let size = gram.rows
    var solver = FactorizedSubsets(gram, isSumFixed: isSumFixed)
    var best = [Double](repeating: 0, count: size)
    var least = isSumFixed ? Double.infinity : 0
    var x = best
    for subset in 1..<UInt32(1) << UInt32(size) {
      solver.solve(subset, linear, 0, into: &x)
      guard x.allSatisfy({ $0 >= 0 }) else { continue }
      let value = objective(gram, linear, x)
      if value < least { (least, best) = (value, x) }
    }
    return best
  }

  @Test(arguments: [1, 2, 3, 4, 6], [true, false])
  func equalsFullEnumeration(size: Int, isSumFixed: Bool) {
    var generator = RandomGenerator(seed: UInt64(size) + (isSumFixed ? 100 : 0))
    var atBounds = 0
    for _ in 0..<1000 {
      let (gram, linear) = problem(size, &generator)
      var tabulated = ActiveSet(TabulatedSubsets(gram, isSumFixed: isSumFixed))
      var factorized = ActiveSet(FactorizedSubsets(gram, isSumFixed: isSumFixed))
      var (x, y) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
      // The values may begin anywhere in what they are given in.
      tabulated.minimize(gram.values, [9, 9] + linear, 2, into: &x)
      factorized.minimize(gram.values, linear, 0, into: &y)
      let best = enumerated(gram, linear, isSumFixed: isSumFixed)
      let scale = max(1, best.reduce(0, +))
      for i in 0..<size {
        #expect(abs(x[i] - best[i]) < 1e-7 * scale && abs(y[i] - best[i]) < 1e-7 * scale)
        #expect(x[i] >= 0 && y[i] >= 0)
      }
      if isSumFixed { #expect(abs(x.reduce(0, +) - 1) < 1e-11) }
      if best.contains(0) { atBounds += 1 }
      expectOptimum(gram, linear, x, isSumFixed: isSumFixed)
    }
    // Such problems are what it is for.
    #expect(size == 1 || atBounds > 300)
  }

  /// The conditions of Karush, Kuhn and Tucker.
  private func expectOptimum(_ gram: Matrix, _ linear: [Double], _ x: [Double], isSumFixed: Bool) {
    let gradient = x.indices.map { i in x.indices.reduce(-linear[i]) { $0 + gram[i, $1] * x[$1] } }
    let inside = x.indices.filter { x[$0] > 0 }
    let common = isSumFixed ? inside.reduce(0.0) { $0 + gradient[$1] } / Double(max(1, inside.count)) : 0
    let scale = max(1, linear.map { abs($0) }.max() ?? 0)
    for i in x.indices {
      #expect(gradient[i] - common > -1e-7 * scale)
      if x[i] > 0 { #expect(abs(gradient[i] - common) < 1e-7 * scale) }
    }
  }

  @Test func theCholeskyFactorSolvesEachSubset() {
    var generator = RandomGenerator(seed: 4)
    let (gram, linear) = problem(5, &generator)
    var solver = FactorizedSubsets(gram, isSumFixed: false)
    var x = [Double](repeating: 7, count: 5)
    solver.solve(0b10110, linear, 0, into: &x)
    #expect(x[0] == 0 && x[3] == 0)
    for i in [1, 2, 4] {
      #expect(abs([1, 2, 4].reduce(-linear[i]) { $0 + gram[i, $1] * x[$1] }) < 1e-9)
    }
  }

  /// A solver that does not solve, as rounding may make one: the conditions are not met, and that is said.
  private struct Stubborn: SubsetSolver {
    let size = 2
    let isSumFixed = false

    func solve(_ subset: UInt32, _ linear: [Double], _ start: Int, into x: inout [Double]) {
      // The second coordinate is never wanted, whatever the gradient says.
      x[0] = 1
      x[1] = subset == 3 ? -1 : 0
    }
  }

  @Test func whatDoesNotConvergeIsTold() {
    var stubborn = ActiveSet(Stubborn())
    var x = [0.0, 0]
    #expect(!stubborn.minimize([1, 0, 0, 1], [1, 5], 0, into: &x))
    var exact = ActiveSet(FactorizedSubsets(Matrix(identity: 2), isSumFixed: false))
    #expect(exact.minimize([1, 0, 0, 1], [1, 5], 0, into: &x) && x == [1, 5])
  }
}
