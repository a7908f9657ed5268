internal import Foundation

/// Curves over an axis, with marks, labels of lines and a legend.
public struct Plot: Panel {
  public var title: String
  public var x: PlotAxis
  public var y: PlotAxis
  public var curves: [Curve]
  public var lineLabels: [LineLabel] = []
  public var guides: [Guide] = []
  /// The height as a part of the width.
  public var aspect = 0.55
  /// Whether y begins at zero where all values are positive.
  public var startsAtZero = true
  /// Whether the labels of x and its marks are shown; not above another plot of the same axis.
  public var showsXLabels = true
  /// At least so much room is left of the frame, so that plots below each other line up.
  public var leastLeft = 0.0

  public init(_ title: String = "", x: PlotAxis, y: PlotAxis, _ curves: [Curve]) {
    self.title = title
    self.x = x
    self.y = y
    self.curves = curves
  }

  public var words: String {
    let names = curves.map(\.name).filter { !$0.isEmpty }
    let labels = lineLabels.sorted { $0.x < $1.x }.map(\.text)
    return "A plot of \(UnitText.label(y.label, y.units)) over \(UnitText.label(x.label, x.units))"
      + (names.isEmpty ? "" : ": \(names.joined(separator: ", "))")
      + (labels.isEmpty ? "" : "; marked: \(labels.joined(separator: ", "))")
  }

  public func height(forWidth width: Double) -> Double {
    let frame = (width * aspect).rounded()
    return frame + top(forWidth: width) + (showsXLabels ? 32 : 6)
  }

  /// The room left of the frame that the marks of y and its label need.
  public var left: Double {
    let ticks = ticks(y, scales().y, room: 150)
    let widest = ticks.labels.map { TextMetrics.width(of: $0, size: 8.5) }.max() ?? 0
    return max(leastLeft, widest + 8 + (y.label.isEmpty && y.units.isEmpty ? 0 : 15))
  }

  func top(forWidth width: Double) -> Double { (title.isEmpty ? 4 : 18) + Double(legend(width: width).count) * 14 }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    let frame = rect.inset(
      left: left, top: top(forWidth: rect.width), right: 6, bottom: showsXLabels ? 32 : 6)
    guard frame.width > 20, frame.height > 20 else { return }
    drawing.text(
      TextMetrics.fit(title, width: rect.width, size: 10, bold: true), at: Point(rect.x, rect.y + 10), size: 10, bold: true)
    drawLegend(in: rect, on: &drawing)
    let scales = scales()
    let map = PlotMapping(x: scales.x, y: scales.y, frame: frame)
    guard curves.contains(where: { curve in zip(curve.x, curve.y).contains { map.place($0, $1) != nil } }) else {
      drawing.marks.append(.rectangle(frame, fill: nil, stroke: Stroke(Theme.rule)))
      return drawing.text("no values", at: frame.middle, .middle, colour: Theme.pencil)
    }
    drawAxes(map, on: &drawing)
    var inner = Drawing(width: 0, height: 0)
    drawGuides(map, on: &inner)
    for curve in curves { curve.draw(map, on: &inner) }
    drawing.marks.append(.clipped(frame.inset(left: -1, top: -1, right: -1, bottom: -1), inner.marks))
    drawGuideTexts(map, on: &drawing)
    drawLineLabels(map, on: &drawing)
  }

  /// The ranges that are shown.
  func scales() -> (x: PlotScale, y: PlotScale) {
    let xs = curves.flatMap(\.x).filter { $0.isFinite && (!x.isLogarithmic || $0 > 0) }
    var xRange = x.range ?? Self.range(xs)
    if x.isLogarithmic, x.range == nil {
      xRange = xRange.lowerBound / 1.25...xRange.upperBound * 1.25
    } else if x.range == nil, x.isCount {
      xRange = xRange.lowerBound - 0.5...xRange.upperBound + 0.5
    } else if x.range == nil, curves.contains(where: { $0.style == .points || $0.style == .pointsOnLine }) {
      let room = 0.02 * (xRange.upperBound - xRange.lowerBound)
      xRange = xRange.lowerBound - room...xRange.upperBound + room
    }
    let xScale = PlotScale(xRange, isLogarithmic: x.isLogarithmic)
    if let range = y.range { return (xScale, PlotScale(range, isLogarithmic: y.isLogarithmic)) }
    var ys: [Double] = []
    for curve in curves {
      for (index, (at, value)) in zip(curve.x, curve.y).enumerated()
      where at >= xScale.range.lowerBound && at <= xScale.range.upperBound && value.isFinite && (!y.isLogarithmic || value > 0) {
        ys.append(value)
        if let errors = curve.errors, index < errors.count, errors[index].isFinite, !y.isLogarithmic {
          ys += [value - errors[index], value + errors[index]]
        }
      }
    }
    ys += guides.filter { $0.direction == .horizontal && (!y.isLogarithmic || $0.value > 0) }.map(\.value)
    let range = Self.range(ys)
    // Room for names above the peaks, the more of them the more.
    let labels = lineLabels.isEmpty ? 0.06 : min(0.34, 0.14 + 0.02 * Double(lineLabels.count))
    if y.isLogarithmic {
      // Six decades at most, and without the least values of a model: what is below is noise.
      let sorted = ys.sorted()
      let typical = sorted.isEmpty ? range.lowerBound : sorted[sorted.count / 50]
      let low = max(min(typical, range.upperBound * 0.99), range.upperBound * 1e-6)
      let decades = max(log10(range.upperBound / low), 0.3)
      return (
        xScale,
        PlotScale(
          low / pow(10, 0.04 * decades)...range.upperBound * pow(10, labels * decades), isLogarithmic: true)
      )
    }
    var (low, high) = (range.lowerBound, range.upperBound)
    if startsAtZero, low >= 0 { low = 0 }
    if startsAtZero, high <= 0 { high = 0 }
    let room = high - low > 0 ? high - low : max(high.magnitude, 1)
    return (
      xScale,
      PlotScale(
        (low == 0 ? 0 : low - 0.05 * room)...(high == 0 ? 0.05 * room : high + labels * room),
        isLogarithmic: false)
    )
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else { return 0...1 }
    if low < high { return low...high }
    return low > 0 ? low * 0.9...low * 1.1 : low < 0 ? low * 1.1...low * 0.9 : -1...1
  }

  func ticks(_ axis: PlotAxis, _ scale: PlotScale, room: Double) -> Ticks {
    if !axis.names.isEmpty { return Ticks(values: axis.names.indices.map { Double($0 + 1) }, labels: axis.names) }
    if scale.isLogarithmic { return .logarithmic(scale.range, about: max(2, Int(room / 32))) }
    var ticks = Ticks.linear(scale.range, about: max(4, Int(room / 46)))
    if axis.isCount {
      let whole = ticks.values.indices.filter { ticks.values[$0] == ticks.values[$0].rounded() }
      ticks.values = whole.map { ticks.values[$0] }
      ticks.labels = ticks.values.map { NumberText.fixed($0, decimals: 0) }
    }
    return ticks
  }
}

/// A range of an axis, linear or logarithmic.
struct PlotScale: Hashable, Sendable {
  let range: ClosedRange<Double>
  let isLogarithmic: Bool

  init(_ range: ClosedRange<Double>, isLogarithmic: Bool) {
    let isUsable = !isLogarithmic || range.lowerBound > 0
    self.range =
      isUsable && range.lowerBound < range.upperBound && range.lowerBound.isFinite && range.upperBound.isFinite
      ? range : isLogarithmic ? 0.1...10 : 0...1
    self.isLogarithmic = isLogarithmic
  }

  /// From 0 at the beginning of the range to 1 at its end; nil for what has no place.
  func share(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let share =
      isLogarithmic
      ? log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
      : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    // Far outside the frame all places are the same.
    return min(max(share, -20), 21)
  }
}

/// Where values lie in the frame of a plot.
struct PlotMapping: Sendable {
  let x: PlotScale
  let y: PlotScale
  let frame: Rect

  func x(_ value: Double) -> Double? { x.share(value).map { frame.left + $0 * frame.width } }
  func y(_ value: Double) -> Double? { y.share(value).map { frame.bottom - $0 * frame.height } }

  func place(_ atX: Double, _ atY: Double) -> Point? {
    guard let px = x(atX), let py = y(atY) else { return nil }
    return Point(px, py)
  }
}
