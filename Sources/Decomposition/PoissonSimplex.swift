internal import Foundation

/// The most likely mixture of known spectra for one pixel of Poisson counts: maximises Σ r ln Σᵢ aᵢ pᵢ over a ≥ 0, Σa = 1.
///
/// Steps of Newton's method on the simplex, each an exact quadratic problem, with the multiplicative step of expectation
/// maximisation (Shepp & Vardi 1982) where one does not rise. The likelihood is concave: with gᵢ = Σ r pᵢ/μ / Σ r it is at most
/// Σr · (max gᵢ − 1) below its maximum, and the steps go on until max gᵢ − 1 ≤ 10⁻⁹.
struct PoissonSimplex {
  static let tolerance = 1e-9
  private static let greatestStepCount = 200

  let size: Int
  private var quadratic: ActiveSet<FactorizedSubsets>
  private var gradient: [Double]
  private var curvature: [Double]
  private var linear: [Double]
  private var target: [Double]
  private var trial: [Double]

  init(size: Int) {
    self.size = size
    quadratic = ActiveSet(FactorizedSubsets(size: size, isSumFixed: true))
    gradient = Array(repeating: 0, count: size)
    curvature = Array(repeating: 0, count: size * size)
    linear = gradient
    target = gradient
    trial = gradient
  }

  /// - Parameters:
  ///   - counts: those above zero.
  ///   - spectra: for each of these counts the values of the spectra there, of which one at least is above zero.
  ///   - a: where to start, on the simplex; the solution on return.
  /// - Returns: whether the bound was reached.
  mutating func maximize(_ counts: ArraySlice<Double>, _ spectra: [Double], _ a: inout [Double]) -> Bool {
    let total = counts.reduce(0, +)
    guard total > 0 else { return false }
    // From within: a zero at the start could be a likelihood of zero.
    for i in 0..<size { a[i] = 0.99 * a[i] + 0.01 / Double(size) }
    var likelihood = logarithm(counts, spectra, a)
    for _ in 0..<Self.greatestStepCount {
      derive(counts, spectra, a, total)
      var most = 0.0
      for i in 0..<size { most = max(most, gradient[i]) }
      if most - 1 <= Self.tolerance { return true }
      if !step(counts, spectra, &a, &likelihood, total) {
        for i in 0..<size { a[i] *= gradient[i] }
        likelihood = logarithm(counts, spectra, a)
      }
    }
    return false
  }

  /// Gradient and curvature of the mean logarithm.
  private mutating func derive(_ counts: ArraySlice<Double>, _ spectra: [Double], _ a: [Double], _ total: Double) {
    for i in 0..<size { gradient[i] = 0 }
    for i in 0..<size * size { curvature[i] = 0 }
    var start = 0
    for count in counts {
      var expected = 0.0
      for i in 0..<size { expected += a[i] * spectra[start + i] }
      let weight = count / (total * expected)
      for i in 0..<size {
        let value = weight * spectra[start + i]
        gradient[i] += value
        for j in 0...i { curvature[i * size + j] += value * spectra[start + j] / expected }
      }
      start += size
    }
    for i in 0..<size { for j in 0..<i { curvature[j * size + i] = curvature[i * size + j] } }
  }

  /// One step of Newton's method, halved until the likelihood rises; false when it does not.
  private mutating func step(
    _ counts: ArraySlice<Double>, _ spectra: [Double], _ a: inout [Double], _ likelihood: inout Double, _ total: Double
  ) -> Bool {
    var trace = 0.0
    for i in 0..<size { trace += curvature[i * size + i] }
    let ridge = 1e-12 * trace
    guard ridge.isFinite, ridge > 0 else { return false }
    quadratic.solver.set(curvature, ridge: ridge)
    for i in 0..<size { curvature[i * size + i] += ridge }
    // The curvature times a is the gradient.
    for i in 0..<size { linear[i] = 2 * gradient[i] + ridge * a[i] }
    quadratic.minimize(curvature, linear, 0, into: &target)
    var slope = 0.0
    for i in 0..<size { slope += gradient[i] * (target[i] - a[i]) }
    guard slope > 0 else { return false }
    var length = 1.0
    for _ in 0..<30 {
      for i in 0..<size { trial[i] = a[i] + length * (target[i] - a[i]) }
      let value = logarithm(counts, spectra, trial)
      // The rounding of a sum of logarithms is no fall.
      if value >= likelihood + 1e-4 * length * slope * total - 1e-13 * abs(likelihood) {
        for i in 0..<size { a[i] = trial[i] }
        likelihood = value
        return true
      }
      length /= 2
    }
    return false
  }

  private func logarithm(_ counts: ArraySlice<Double>, _ spectra: [Double], _ a: [Double]) -> Double {
    var (sum, start) = (0.0, 0)
    for count in counts {
      var expected = 0.0
      for i in 0..<size { expected += a[i] * spectra[start + i] }
      guard expected > 0 else { return -.infinity }
      sum += count * log(expected)
      start += size
    }
    return sum
  }
}
