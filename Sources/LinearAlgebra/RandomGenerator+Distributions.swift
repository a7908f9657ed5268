import Foundation

extension RandomGenerator {
  /// A normal deviate of mean 0 and variance 1, by the polar method (Marsaglia & Bray 1964).
  ///
  /// The method's second deviate is thrown away, so that the state is all there is.
  public mutating func nextGaussian() -> Double {
    while true {
      let x = 2 * nextDouble() - 1
      let y = 2 * nextDouble() - 1
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }

  /// An exponential deviate of mean 1.
  public mutating func nextExponential() -> Double { -log(1 - nextDouble()) }

  /// A Poisson deviate: by inversion for means below 10, else by transformed rejection with squeeze.
  ///
  /// Exact but for rounding; from a mean of 10⁹ on, rounding of the log-likelihood exceeds one part in 10⁶.
  /// Source: Hörmann 1993, Insurance: Mathematics and Economics 12, 39, algorithm PTRS.
  ///
  /// - Precondition: the mean is in 0...10¹⁵.
  public mutating func nextPoisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean <= 1e15, "the mean of a Poisson deviate must be in 0...1e15")
    if mean < 10 { return mean == 0 ? 0 : invertPoisson(mean) }
    let root = mean.squareRoot()
    let logMean = log(mean)
    let b = 0.931 + 2.53 * root
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = nextDouble() - 0.5
      let v = nextDouble()
      let edge = 0.5 - abs(u)
      let k = ((2 * a / edge + b) * u + mean + 0.43).rounded(.down)
      if edge >= 0.07, v <= squeeze { return Int(k) }
      if k < 0 || (edge < 0.013 && v > edge) { continue }
      if log(v * inverseAlpha / (a / (edge * edge) + b)) <= k * logMean - mean - logFactorial(k) {
        return Int(k)
      }
    }
  }

  private mutating func invertPoisson(_ mean: Double) -> Int {
    var probability = exp(-mean)
    var remainder = nextDouble()
    var count = 0
    while remainder >= probability {
      remainder -= probability
      count += 1
      probability *= mean / Double(count)
      // Rounding may leave a remainder that no further term can use up.
      if probability < 0x1p-60, Double(count) > mean { break }
    }
    return count
  }
}

/// ln k! for a whole number k: from a table below 16, else Stirling's series, good to 10⁻¹² absolutely plus rounding.
private func logFactorial(_ k: Double) -> Double {
  if k < 16 { return smallLogFactorials[Int(k)] }
  let inverse = 1 / k
  let square = inverse * inverse
  let series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
  return (k + 0.5) * log(k) - k + 0.918_938_533_204_672_8 + series
}

private let smallLogFactorials: [Double] = (0..<16).map { k in
  log((0...k).reduce(1.0) { $1 == 0 ? $0 : $0 * Double($1) })
}
