extension Curve {
  func draw(_ map: PlotMapping, on drawing: inout Drawing) {
    drawErrors(map, on: &drawing)
    let runs = runs(map)
    if style != .points {
      let thinned = runs.map(Self.thinned)
      drawing.marks.append(.lines(thinned, Stroke(colour, width: width, dashes: style == .dashed ? [4, 2.5] : [])))
      // A value between two gaps is a point.
      let lone = runs.filter { $0.count == 1 }.map { $0[0] }
      let radius = runs.count <= 3 ? 2.2 : max(width / 2, 0.6)
      if !lone.isEmpty { drawing.marks.append(.dots(lone, radius: radius, colour)) }
    }
    if style == .points || style == .pointsOnLine {
      let places = runs.flatMap(\.self)
      drawing.marks.append(.dots(places, radius: places.count > 200 ? 1 : 2.2, colour))
    }
  }

  /// Consecutive values that have a place.
  private func runs(_ map: PlotMapping) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for (at, value) in zip(x, y) {
      if let place = map.place(at, value) {
        run.append(place)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs.map { Self.seen($0, in: map.frame) }.filter { !$0.isEmpty }
  }

  /// Without what lies left and right of the frame, but for the points that lead there.
  private static func seen(_ points: [Point], in frame: Rect) -> [Point] {
    points.indices.filter { index in
      let near = points[max(0, index - 1)...min(points.count - 1, index + 1)]
      return near.contains { $0.x >= frame.left - 1 } && near.contains { $0.x <= frame.right + 1 }
    }.map { points[$0] }
  }

  private func drawErrors(_ map: PlotMapping, on drawing: inout Drawing) {
    guard let errors, errors.count == y.count else { return }
    let usable = y.indices.filter { $0 < x.count && errors[$0].isFinite && errors[$0] >= 0 && y[$0].isFinite }
    let least = map.y.range.lowerBound
    func end(_ index: Int, _ sign: Double) -> Point? {
      let value = y[index] + sign * errors[index]
      return map.place(x[index], map.y.isLogarithmic ? max(value, least) : value)
    }
    if style == .points || style == .pointsOnLine {
      let bars = usable.compactMap { index -> [Point]? in
        guard let low = end(index, -1), let high = end(index, 1) else { return nil }
        return [low, high]
      }
      drawing.marks.append(.lines(bars, Stroke(colour.opacity(0.7), width: 0.8)))
    } else {
      let high = Self.thinned(usable.compactMap { end($0, 1) })
      let low = Self.thinned(usable.compactMap { end($0, -1) })
      if high.count > 1 { drawing.marks.append(.areas([high + low.reversed()], colour.opacity(0.22))) }
    }
  }

  /// A line of which, in each half point along x, only the first, least, greatest and last places are kept, in their order.
  static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > 400 else { return points }
    var result: [Point] = []
    var start = 0
    while start < points.count {
      let cell = (points[start].x * 2).rounded(.down)
      var end = start
      while end < points.count, (points[end].x * 2).rounded(.down) == cell { end += 1 }
      var kept: Set = [start, end - 1]
      if let least = (start..<end).min(by: { points[$0].y < points[$1].y }) { kept.insert(least) }
      if let greatest = (start..<end).max(by: { points[$0].y < points[$1].y }) { kept.insert(greatest) }
      result += kept.sorted().map { points[$0] }
      start = end
    }
    return result
  }
}

/// The upper edge of all curves of a plot, in quarter points along x.
struct Skyline: Sendable {
  private var tops: [Double]
  private let frame: Rect
  private static let step = 0.5

  init(_ curves: [Curve], _ map: PlotMapping) {
    frame = map.frame
    tops = [Double](repeating: frame.bottom, count: max(1, Int(frame.width / Self.step) + 2))
    for curve in curves {
      var last: Point?
      for (x, y) in zip(curve.x, curve.y) {
        guard let place = map.place(x, y) else {
          last = nil
          continue
        }
        raise(from: last ?? place, to: place)
        last = place
      }
    }
  }

  private mutating func raise(from start: Point, to end: Point) {
    let (left, right) = start.x <= end.x ? (start, end) : (end, start)
    guard right.x >= frame.left, left.x <= frame.right else { return }
    let first = max(0, Int((max(left.x, frame.left) - frame.left) / Self.step))
    let last = min(tops.count - 1, Int((min(right.x, frame.right) - frame.left) / Self.step) + 1)
    guard first <= last else { return }
    for index in first...last {
      let x = min(max(frame.left + Double(index) * Self.step, left.x), right.x)
      let share = right.x > left.x ? (x - left.x) / (right.x - left.x) : 0
      tops[index] = min(tops[index], left.y + share * (right.y - left.y), index == first ? left.y : .infinity)
    }
  }

  /// The uppermost place over a stretch of x, in points.
  func top(_ stretch: ClosedRange<Double>) -> Double {
    let first = max(0, min(tops.count - 1, Int((stretch.lowerBound - frame.left) / Self.step)))
    let last = max(first, min(tops.count - 1, Int((stretch.upperBound - frame.left) / Self.step) + 1))
    return max(frame.top, tops[first...last].min() ?? frame.bottom)
  }
}
