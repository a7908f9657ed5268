extension LabelPlacement {
  /// Labels that found no place among their neighbours, in one row with these above the curve, in the order of what they name:
  /// leaders go straight up and then aside.
  ///
  /// - Parameter places: what was found so far; what is there already is kept as far as it is not among the neighbours.
  static func fanned(
    _ requests: [Request], _ places: [Place?], in bounds: Rect, gap: Double, skyline: (ClosedRange<Double>) -> Double
  ) -> [Place?] {
    var places = places
    let order = requests.indices.filter { (bounds.left...bounds.right).contains(requests[$0].x) }
      .sorted { (requests[$0].x, $0) < (requests[$1].x, $1) }
    for missing in order.filter({ places[$0] == nil }).sorted(by: { requests[$0].weight > requests[$1].weight }) {
      guard places[missing] == nil, let middle = order.firstIndex(of: missing) else { continue }
      func isClose(_ a: Int, _ b: Int) -> Bool {
        requests[order[b]].x - requests[order[a]].x < (requests[order[a]].width + requests[order[b]].width) / 2 + 2 * gap
      }
      var (least, most) = (middle, middle)
      while least > 0, isClose(least - 1, least) { least -= 1 }
      while most + 1 < order.count, isClose(most, most + 1) { most += 1 }
      /// Puts labels into a row, and takes the places of others away.
      func put(_ members: [Int], leaving others: [Int] = []) -> Bool {
        let besides = requests.indices.filter { !members.contains($0) && !others.contains($0) }.compactMap { places[$0] }
        guard let row = row(members.map { requests[$0] }, besides: besides, in: bounds, gap: gap, skyline: skyline) else {
          return false
        }
        for index in others { places[index] = nil }
        for (index, place) in zip(members, row) { places[index] = place }
        return true
      }
      // As few neighbours as will do, the nearest first.
      var (low, high) = (middle, middle)
      var isDone = put([missing])
      while !isDone, low > least || high < most {
        let left = low > least ? requests[missing].x - requests[order[low - 1]].x : .infinity
        let right = high < most ? requests[order[high + 1]].x - requests[missing].x : .infinity
        if left <= right { low -= 1 } else { high += 1 }
        isDone = put(Array(order[low...high]))
      }
      guard !isDone else { continue }
      // Of too many the lightest are given up, none that is heavier than this one.
      var members = Array(order[least...most])
      while let lightest = members.min(by: { requests[$0].weight < requests[$1].weight }), lightest != missing {
        members.removeAll { $0 == lightest }
        if put(members, leaving: order[least...most].filter { !members.contains($0) }) { break }
      }
    }
    return places
  }

  /// Places beside each other, as near to what they name as they can be; nil where there is no room.
  private static func row(
    _ requests: [Request], besides others: [Place], in bounds: Rect, gap: Double, skyline: (ClosedRange<Double>) -> Double
  ) -> [Place]? {
    guard let height = requests.map(\.height).max(), requests.reduce(0, { $0 + $1.width + 2 * gap }) <= bounds.width else {
      return nil
    }
    let lefts = spread(requests, in: bounds, gap: gap)
    let right = (lefts.last ?? 0) + (requests.last?.width ?? 0)
    let stretch = min(lefts[0], requests[0].x - 1)...max(right, (requests.last?.x ?? 0) + 1)
    let knee = 10.0
    var bottom = skyline(stretch) - knee - 2 * gap
    while bottom - height >= bounds.top {
      let places = zip(requests, lefts).map { request, left -> Place in
        let foot = Point(request.x, max(bounds.top, skyline(request.x - 1...request.x + 1) - gap))
        let rect = Rect(x: left, y: bottom - request.height, width: request.width, height: request.height)
        let neck = Point(min(max(request.x, rect.left + 3), rect.right - 3), rect.bottom)
        return Place(rect: rect, leader: [neck, Point(request.x, rect.bottom + knee), foot])
      }
      let isFree = places.allSatisfy { place in
        others.allSatisfy { other in
          !other.rect.overlaps(place.rect) && !isCrossed(other.rect, by: place.leader) && !isCrossed(place.rect, by: other.leader)
        }
      }
      if isFree { return places }
      bottom -= 3
    }
    return nil
  }

  /// Left edges in order, apart from each other, with the least sum of squares of what labels are moved by.
  private static func spread(_ requests: [Request], in bounds: Rect, gap: Double) -> [Double] {
    var offsets: [Double] = []
    var offset = 0.0
    for request in requests {
      offsets.append(offset)
      offset += request.width + 2 * gap
    }
    // Pools of neighbours that touch share one shift: the mean of what they want.
    var pools: [(shift: Double, count: Int)] = []
    for (index, request) in requests.enumerated() {
      pools.append((request.x - request.width / 2 - offsets[index], 1))
      while pools.count > 1, pools[pools.count - 2].shift > pools[pools.count - 1].shift {
        let last = pools.removeLast()
        let other = pools.removeLast()
        let count = last.count + other.count
        pools.append(((last.shift * Double(last.count) + other.shift * Double(other.count)) / Double(count), count))
      }
    }
    let most = bounds.right - (offset - 2 * gap)
    let shifts = pools.flatMap { Array(repeating: min(max($0.shift, bounds.left), most), count: $0.count) }
    return zip(shifts, offsets).map { $0 + $1 }
  }

  static func isCrossed(_ rect: Rect, by line: [Point]) -> Bool {
    zip(line, line.dropFirst()).contains { rect.isCrossed(from: $0, to: $1) }
  }
}
