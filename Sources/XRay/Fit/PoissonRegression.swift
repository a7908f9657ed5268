import Foundation
import LinearAlgebra

/// Counts as a sum of given shapes with non-negative amounts, as likely as can be.
///
/// A channel of n counts has the variance m + e, where m is the model and e what else is known to vary (of a spectrum that
/// was subtracted). n + e is then taken for a Poisson deviate of mean m + e; for e = 0 that is Poisson's likelihood itself.
/// At the solution Σ φ (n − m)/(m + e) = 0 for every shape φ whose amount is not 0, as of least squares with those variances.
struct PoissonRegression: Sendable {
  /// n, which may be negative where e is not 0.
  let counts: [Double]
  /// e ≥ 0
  let extra: [Double]

  struct Solution: Sendable {
    var amounts: [Double]
    var model: [Double]
    var deviance: Double
    var isConverged: Bool
  }

  /// 2 Σ y ln(y/μ) − (y − μ) with y = n + e and μ = m + e.
  func deviance(_ model: [Double]) -> Double {
    var sum = 0.0
    for channel in counts.indices {
      let y = max(counts[channel] + extra[channel], 0)
      let mean = max(model[channel] + extra[channel], Self.least)
      sum += y > 0 ? y * Self.excess(mean / y - 1) : mean
    }
    return 2 * sum
  }

  /// x − ln(1 + x), to full precision where x is small.
  private static func excess(_ x: Double) -> Double {
    guard abs(x) < 1e-3 else { return x - log1p(x) }
    return x * x * (0.5 - x * (1.0 / 3 - x * (0.25 - x * (0.2 - x / 6))))
  }

  /// Pearson's Σ (n − m)² / (m + e).
  func chiSquare(_ model: [Double]) -> Double {
    var sum = 0.0
    for channel in counts.indices {
      let difference = counts[channel] - model[channel]
      sum += difference * difference / max(model[channel] + extra[channel], Self.least)
    }
    return sum
  }

  /// 1 / (m + e)
  func weights(_ model: [Double]) -> [Double] {
    zip(model, extra).map { 1 / max($0 + $1, Self.least) }
  }

  /// A mean that stands for none.
  static let least = 1e-9

  /// The amounts of shapes, each a row of `shapes` over the channels.
  ///
  /// Multiplicative steps (Dempster, Laird & Rubin 1977) lead near the solution, Newton steps on the amounts that are not 0
  /// (Bertsekas 1982) into it: until a step changes no amount by more than 10⁻⁹ of its standard error.
  ///
  /// - Parameter start: amounts to begin with; none is taken to stay at 0.
  func solve(_ shapes: Matrix, start: [Double]? = nil) -> Solution {
    var amounts = start ?? scaled(shapes)
    let sums = (0..<shapes.rows).map { row in
      shapes.values[row * shapes.columns..<(row + 1) * shapes.columns].reduce(0, +)
    }
    for _ in 0..<(start == nil ? 40 : 3) {
      let model = shapes.transposedTimes(amounts)
      let gain = shapes.times(ratios(model))
      for row in amounts.indices where sums[row] > 0 { amounts[row] *= gain[row] / sums[row] }
    }
    var model = shapes.transposedTimes(amounts)
    var deviance = deviance(model)
    for _ in 0..<200 {
      guard let (step, isSmall, gain) = newtonStep(shapes, amounts, model) else { break }
      if isSmall { return Solution(amounts: amounts, model: model, deviance: deviance, isConverged: true) }
      var length = 1.0
      var isBetter = false
      for _ in 0..<40 {
        let next = zip(amounts, step).map { max(0, $0 + length * $1) }
        let nextModel = shapes.transposedTimes(next)
        let nextDeviance = self.deviance(nextModel)
        if nextDeviance <= deviance + 1e-11 * (1 + deviance) {
          (amounts, model, deviance, isBetter) = (next, nextModel, nextDeviance, true)
          break
        }
        length /= 2
      }
      // Nearly alike shapes may be told apart no better than rounding allows.
      guard isBetter else {
        return Solution(amounts: amounts, model: model, deviance: deviance, isConverged: gain < 1e-6)
      }
    }
    return Solution(amounts: amounts, model: model, deviance: deviance, isConverged: false)
  }

  /// Amounts that share the counts evenly.
  private func scaled(_ shapes: Matrix) -> [Double] {
    let total = max(counts.reduce(0, +) + extra.reduce(0, +), 1)
    return Array(repeating: total / Double(max(shapes.rows, 1)), count: shapes.rows)
  }

  /// (n + e) / (m + e)
  private func ratios(_ model: [Double]) -> [Double] {
    counts.indices.map { max(counts[$0] + extra[$0], 0) / max(model[$0] + extra[$0], Self.least) }
  }

  /// The step of all amounts, whether it is none to speak of, and what of the deviance it should gain; nil where the shapes cannot be told apart.
  private func newtonStep(_ shapes: Matrix, _ amounts: [Double], _ model: [Double]) -> ([Double], Bool, Double)? {
    let ratios = ratios(model)
    let gradient = shapes.times(ratios.map { $0 - 1 })
    let weights = weights(model)
    let curvature = shapes.scaled(columns: zip(ratios, weights).map { $0 * $1 }).timesTransposed(shapes)
    let expected = shapes.scaled(columns: weights).timesTransposed(shapes)
    var free = amounts.indices.filter { index in
      let error = expected[index, index]
      return error > 0 && (amounts[index] > 0 || gradient[index] > 1e-10 * error.squareRoot())
    }
    while true {
      guard let inverse = curvature.part(free).inverseOfPositiveDefinite() ?? expected.part(free).inverseOfPositiveDefinite()
      else { return nil }
      let direction = inverse.times(free.map { gradient[$0] })
      // An amount that is 0 and would go below leaves the set.
      let kept = free.indices.filter { amounts[free[$0]] > 0 || direction[$0] > 0 }
      guard kept.count == free.count else {
        free = kept.map { free[$0] }
        continue
      }
      var step = [Double](repeating: 0, count: amounts.count)
      var isSmall = true
      for (index, amount) in free.enumerated() {
        step[amount] = direction[index]
        let error = inverse[index, index].squareRoot()
        let isVanishing = amounts[amount] <= 1e-9 * error && direction[index] <= 0
        if !isVanishing, abs(direction[index]) > max(1e-9 * error, 1e-12 * amounts[amount]) { isSmall = false }
      }
      let gain = free.indices.reduce(0) { $0 + direction[$1] * gradient[free[$1]] }
      return (step, isSmall, gain)
    }
  }
}

extension Matrix {
  /// Each column times a factor.
  func scaled(columns factors: [Double]) -> Matrix {
    var values = values
    var index = 0
    for _ in 0..<rows {
      for factor in factors {
        values[index] *= factor
        index += 1
      }
    }
    return Matrix(rows: rows, columns: columns, values: values)
  }

  /// The rows and columns of the same numbers.
  func part(_ indices: [Int]) -> Matrix {
    var result = Matrix(zeros: indices.count, indices.count)
    for (row, from) in indices.enumerated() {
      for (column, to) in indices.enumerated() { result[row, column] = self[from, to] }
    }
    return result
  }

  /// Rows one below the other.
  func joined(_ other: Matrix) -> Matrix {
    Matrix(rows: rows + other.rows, columns: columns, values: values + other.values)
  }

  /// Some of the rows.
  func picked(_ indices: [Int]) -> Matrix {
    Matrix(
      rows: indices.count, columns: columns, values: indices.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }
}
