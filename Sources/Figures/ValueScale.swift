internal import Foundation

/// Which values the colours of a map stand for.
struct ValueScale: Hashable, Sendable {
  let range: ClosedRange<Double>
  let isLogarithmic: Bool
  /// Whether some values lie beyond the ends.
  let cutsBelow: Bool
  let cutsAbove: Bool
  let ticks: Ticks

  /// Without a range the colours go from the 0.2th to the 99.8th percentile, from zero where that is near, and as far to both
  /// sides of zero for colours that diverge from it. Constant values get a range around them.
  init(_ values: [Double], range: ClosedRange<Double>?, isLogarithmic: Bool, isDiverging: Bool) {
    var least = Double.infinity
    var greatest = -Double.infinity
    for value in values where value.isFinite && (!isLogarithmic || value > 0) {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    let isEmpty = least > greatest
    if isEmpty { (least, greatest) = (0, 1) }
    // The percentiles of so many values are about those of all; a large prime step does not keep to columns.
    let count = min(values.count, 50_000)
    let usable = (0..<count).map { values[count == values.count ? $0 : $0 * 7_368_787 % values.count] }
      .filter { $0.isFinite && (!isLogarithmic || $0 > 0) }.sorted()
    var low: Double
    var high: Double
    if let range, !isLogarithmic || range.lowerBound > 0 {
      (low, high) = (range.lowerBound, range.upperBound)
    } else {
      // Of few values none is an outlier.
      let margin = usable.count >= 500 ? usable.count / 500 : 0
      low = usable.isEmpty ? least : usable[margin]
      high = usable.isEmpty ? greatest : usable[usable.count - 1 - margin]
      if low == high { (low, high) = (least, greatest) }
      if isLogarithmic {
        low = max(low, high * 1e-6)
      } else if isDiverging {
        high = max(low.magnitude, high.magnitude)
        low = -high
      } else if least >= 0, low < 0.4 * high {
        low = 0
      }
    }
    let isConstant = !(low < high)
    if isConstant {
      let room = low == 0 ? 1 : low.magnitude * 0.5
      (low, high) = isLogarithmic ? (low > 0 ? low / 2 : 0.5, low > 0 ? low * 2 : 2) : (low - room, low + room)
      // Nothing has the colour of nothing.
      if high == 1, low == -1, !isDiverging, !isLogarithmic { low = 0 }
    }
    if !(low < high) || !low.isFinite || !high.isFinite { (low, high) = isLogarithmic ? (1, 10) : (0, 1) }
    self.range = low...high
    self.isLogarithmic = isLogarithmic
    cutsBelow = !isEmpty && least < low - 1e-9 * (high - low)
    cutsAbove = !isEmpty && greatest > high + 1e-9 * (high - low)
    ticks =
      isConstant && !isEmpty
      ? Ticks(values: [least], labels: [NumberText.significant(least)])
      : isLogarithmic ? .logarithmic(low...high, about: 5) : .linear(low...high, about: 5)
  }

  /// From 0 at the first colour to 1 at the last.
  func share(_ value: Double) -> Double {
    let share: Double
    if isLogarithmic {
      guard value > 0 else { return 0 }
      share = log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
    } else {
      // Halves, so that the width of the range cannot overflow.
      share = (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
    }
    return min(max(share, 0), 1)
  }
}
