import LinearAlgebra
import Testing

@Suite struct NonNegativeQuadraticTests {
  @Test(arguments: 1...6) func meetsTheOptimalityConditions(_ n: Int) {
    var generator = RandomGenerator(seed: UInt64(n))
    for _ in 0..<50 {
      // curvature = AᵀA + I/10 is positive definite.
      let a = (0..<n * n).map { _ in generator.nextGaussian() }
      var curvature = [Float](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0..<n {
          curvature[i * n + j] = Float((0..<n).reduce(i == j ? 0.1 : 0) { $0 + a[$1 * n + i] * a[$1 * n + j] })
        }
      }
      let linear = (0..<n).map { _ in Float(generator.nextGaussian()) }
      var z = [Float](repeating: 0, count: n)
      var gradient = linear
      minimizeNonNegativeQuadratic(curvature: curvature, stride: n, gradient: &gradient, point: &z, passes: 5000)
      for i in 0..<n {
        let exact = (0..<n).reduce(linear[i]) { $0 + curvature[i * n + $1] * z[$1] }
        #expect(z[i] >= 0)
        #expect(exact > -2e-2)
        #expect(z[i] == 0 || abs(exact) < 2e-2)
      }
    }
  }

  @Test func leavesHeldCoordinatesAlone() {
    var z: [Float] = [1, 2]
    var gradient: [Float] = [5, -3]
    minimizeNonNegativeQuadratic(
      curvature: [1, 0, 0, 1], stride: 2, gradient: &gradient, point: &z, held: [true, false])
    #expect(z == [1, 5])
  }
}
