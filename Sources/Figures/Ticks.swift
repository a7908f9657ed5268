internal import Foundation

/// Where an axis has its marks, and what stands beside them.
public struct Ticks: Hashable, Sendable {
  public var values: [Double]
  /// One for each value; empty where a mark has none.
  public var labels: [String]
  /// What the labels are to be multiplied with: 10 to this power.
  public var exponent = 0

  /// Marks at multiples of 1, 2 or 5 times a power of ten, about as many as wanted, three at least.
  ///
  /// - Precondition: low < high, both finite.
  public static func linear(_ range: ClosedRange<Double>, about count: Int) -> Ticks {
    let width = range.upperBound - range.lowerBound
    guard width > 0, width.isFinite else {
      return Ticks(values: [range.lowerBound], labels: [NumberText.significant(range.lowerBound)])
    }
    var step = niceStep(width / Double(max(1, count)))
    func ends() -> (Double, Double) {
      ((range.lowerBound / step - 1e-9).rounded(.up), (range.upperBound / step + 1e-9).rounded(.down))
    }
    var (first, last) = ends()
    while last - first < 2, step > width * 0.01 {
      step = niceStep(step * 0.4)
      (first, last) = ends()
    }
    guard first.isFinite, last.isFinite, last - first < 1000 else { return Ticks(values: [], labels: []) }
    let values = stride(from: first, through: last, by: 1).map { $0 == 0 ? 0 : $0 * step }
    let greatest = values.map(\.magnitude).max() ?? 0
    var exponent = 0
    if greatest >= 1e5 || greatest < 1e-2 && greatest > 0 {
      exponent = Int((log10(greatest) / 3).rounded(.down)) * 3
    }
    let factor = pow(10, Double(-exponent))
    let decimals = max(0, -Int(log10(step * factor * 1.000001).rounded(.down)))
    return Ticks(
      values: values, labels: values.map { NumberText.fixed($0 * factor, decimals: decimals) }, exponent: exponent)
  }

  /// Marks at powers of ten with labels, those at other multiples of them without; where there are few powers of ten, twice and
  /// five times have labels too.
  ///
  /// - Precondition: 0 < low < high, both finite.
  public static func logarithmic(_ range: ClosedRange<Double>, about count: Int) -> Ticks {
    guard range.lowerBound > 0, range.upperBound > range.lowerBound else { return Ticks(values: [], labels: []) }
    let first = Int((log10(range.lowerBound) - 1e-9).rounded(.down))
    let last = Int((log10(range.upperBound) + 1e-9).rounded(.up))
    let decades = log10(range.upperBound) - log10(range.lowerBound)
    if decades < 0.8 {
      var ticks = linear(range, about: count)
      ticks.exponent = 0
      ticks.labels = ticks.values.map { NumberText.significant($0, digits: 4) }
      return ticks
    }
    let stepOfDecades = max(1, Int((decades / Double(max(1, count))).rounded(.up)))
    // All as powers, or all written out.
    let arePowers = first < -3 || last > 4
    func ticks(_ labelled: Set<Int>) -> Ticks {
      var ticks = Ticks(values: [], labels: [])
      for exponent in first...last {
        let isShown = exponent.isMultiple(of: stepOfDecades)
        for factor in 1...9 where factor == 1 || stepOfDecades == 1 {
          let value = Double(factor) * pow(10, Double(exponent))
          guard value >= range.lowerBound * 0.999999, value <= range.upperBound * 1.000001 else { continue }
          ticks.values.append(value)
          let isLabelled = factor == 1 ? isShown : labelled.contains(factor)
          ticks.labels.append(isLabelled ? label(factor, exponent, asPower: arePowers) : "")
        }
      }
      return ticks
    }
    if decades >= 2.2 { return ticks([]) }
    // Between few powers of ten other multiples have labels too, until there are three.
    let sets: [Set<Int>] = [[2, 5], [2, 3, 5, 7], [2, 3, 4, 5, 6, 7, 8, 9]]
    return sets.lazy.map(ticks).first { $0.labels.count { !$0.isEmpty } >= 3 } ?? ticks(sets[2])
  }

  private static func label(_ factor: Int, _ exponent: Int, asPower: Bool) -> String {
    if !asPower || exponent == 0 || exponent == 1 && factor == 1 {
      return NumberText.significant(Double(factor) * pow(10, Double(exponent)))
    }
    return (factor == 1 ? "" : "\(factor)·") + NumberText.powerOfTen(exponent)
  }

  /// The next number up of the form 1, 2 or 5 times a power of ten.
  static func niceStep(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    for factor in [1.0, 2, 5] where value <= factor * power * 1.000001 { return factor * power }
    return 10 * power
  }
}
