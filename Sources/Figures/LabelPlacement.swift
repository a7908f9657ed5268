/// Finds places for labels above a curve: none covers another, the curve, or the leader of another.
public enum LabelPlacement {
  /// A label that wants a place.
  public struct Request: Hashable, Sendable {
    /// Where its leader ends: the middle of what it names, in points.
    public var x: Double
    public var width: Double
    public var height: Double
    /// The heavier of two labels that want one place has it.
    public var weight: Double

    public init(x: Double, width: Double, height: Double, weight: Double) {
      self.x = x
      self.width = width
      self.height = height
      self.weight = weight
    }
  }

  /// A place that was found.
  public struct Place: Hashable, Sendable {
    public var rect: Rect
    /// From the label down to what it names, with a bend or without.
    public var leader: [Point]
  }

  /// Labels are placed one after the other, each where it costs least; of several orders the best is taken.
  ///
  /// - Parameters:
  ///   - bounds: what no label leaves.
  ///   - skyline: the top of the curve over a stretch of x, in points from the top.
  ///   - gap: between labels, and above the curve.
  /// - Returns: a place for each request; nil where there is none.
  public static func place(
    _ requests: [Request], in bounds: Rect, gap: Double = 2, skyline: (ClosedRange<Double>) -> Double
  ) -> [Place?] {
    let byWeight = requests.indices.sorted { (requests[$0].weight, -Double($0)) > (requests[$1].weight, -Double($1)) }
    let byPlace = requests.indices.sorted { (requests[$0].x, Double($0)) < (requests[$1].x, Double($1)) }
    var best: (missing: [Int], cost: Double, order: [Int], found: [(cost: Double, place: Place)?])?
    var attempts = 0
    func attempt(_ order: [Int]) {
      // What crowds so much that this is not enough stays crowded.
      guard attempts < 80 else { return }
      attempts += 1
      let found = place(requests, order, in: bounds, gap: gap, skyline: skyline)
      // No light label is worth leaving out a heavier one; then what is moved away least.
      let missing = byWeight.indices.filter { found[byWeight[$0]] == nil }
      let cost = found.reduce(0.0) { $0 + min($1?.cost ?? 0, 120) }
      let isBetter = best.map { Self.isBetter(missing, $0.missing) || missing == $0.missing && cost < $0.cost - 1e-9 } ?? true
      if isBetter { best = (missing, cost, order, found) }
    }
    for order in [byWeight, byPlace, byPlace.reversed()] { attempt(order) }
    // What found no place, or one far away, may find a better one when it comes before a neighbour.
    for index in byWeight.prefix(24) {
      guard let now = best, now.found[index].map({ $0.cost > 25 }) ?? true else { continue }
      let others = now.order.filter { $0 != index }
      let place = now.order.firstIndex(of: index) ?? 0
      for (position, other) in others.enumerated().prefix(place)
      where (requests[other].x - requests[index].x).magnitude < requests[other].width + requests[index].width {
        attempt(Array(others[..<position]) + [index] + others[position...])
      }
    }
    let found = best?.found.map { $0?.place } ?? []
    return found.contains { $0 == nil } ? fanned(requests, found, in: bounds, gap: gap, skyline: skyline) : found
  }

  /// Whether the first label that only one of two leaves out, by their ranks, is left out by the other.
  private static func isBetter(_ missing: [Int], _ other: [Int]) -> Bool {
    for (own, its) in zip(missing, other) where own != its { return own > its }
    return missing.count < other.count
  }

  private static func place(
    _ requests: [Request], _ order: [Int], in bounds: Rect, gap: Double, skyline: (ClosedRange<Double>) -> Double
  ) -> [(cost: Double, place: Place)?] {
    var places = [(cost: Double, place: Place)?](repeating: nil, count: requests.count)
    var taken: [Rect] = []
    var leaders: [[Point]] = []
    for (number, index) in order.enumerated() {
      let waiting = order[(number + 1)...]
      let request = requests[index]
      guard request.x >= bounds.left, request.x <= bounds.right else { continue }
      let foot = Point(request.x, max(bounds.top, skyline(request.x - 1...request.x + 1) - gap))
      var best: (cost: Double, place: Place)?
      for shift in [0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1, -1, 1.4, -1.4, 2, -2] {
        let left = min(max(bounds.left, request.x - request.width / 2 + shift * request.width), bounds.right - request.width)
        guard left >= bounds.left else { continue }
        // Above a peak that waits for its own label this one would be in the way.
        let blocked = waiting.count { (left - gap...left + request.width + gap).contains(requests[$0].x) }
        let aside = 1.5 * (left + request.width / 2 - request.x).magnitude + 16 * Double(blocked)
        var top = min(skyline(left...left + request.width), foot.y) - 2 * gap - request.height
        while top >= bounds.top {
          let rect = Rect(x: left, y: top, width: request.width, height: request.height)
          let cost = foot.y - rect.bottom + aside
          if let best, best.cost <= cost { break }
          let room = Rect(x: left - gap, y: top - gap / 2, width: rect.width + 2 * gap, height: rect.height + gap)
          let neck = Point(min(max(request.x, rect.left + 2), rect.right - 2), rect.bottom)
          let isFree =
            !taken.contains { $0.overlaps(room) || $0.isCrossed(from: neck, to: foot) }
            && !leaders.contains { room.isCrossed(from: $0[0], to: $0[1]) || cross($0[0], $0[1], neck, foot) }
          let isSteep = (neck.x - foot.x).magnitude <= 3 * max(foot.y - neck.y, 2)
          if isFree, isSteep, isAbove(skyline, neck, foot) {
            best = (cost, Place(rect: rect, leader: [neck, foot]))
            break
          }
          top -= 3
        }
      }
      if let best {
        places[index] = best
        taken.append(best.place.rect)
        leaders.append(best.place.leader)
      }
    }
    return places
  }

  /// Whether a leader stays above the curve on its way.
  private static func isAbove(_ skyline: (ClosedRange<Double>) -> Double, _ neck: Point, _ foot: Point) -> Bool {
    let steps = Int((neck.x - foot.x).magnitude)
    guard steps > 1 else { return true }
    return (1...steps).allSatisfy { step in
      let share = Double(step) / Double(steps)
      let x = foot.x + share * (neck.x - foot.x)
      return skyline(x...x) >= foot.y + share * (neck.y - foot.y)
    }
  }

  /// Whether two straight lines cross each other.
  private static func cross(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
    func side(_ p: Point, _ q: Point, _ r: Point) -> Double { (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x) }
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
  }
}
