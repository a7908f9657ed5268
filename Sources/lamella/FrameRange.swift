import Arguments

/// Frames of a scan: `3`, or `0:10` for 0 to 9.
struct FrameRange: ArgumentValue, Hashable, Sendable {
  var range: Range<Int>

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    switch ends.count {
    case 1:
      guard let frame = ends[0], frame >= 0, frame < .max else { return nil }
      range = frame..<frame + 1
    case 2:
      guard let first = ends[0], let end = ends[1], first >= 0, first < end else { return nil }
      range = first..<end
    default: return nil
    }
  }

  static var expectation: String { "a frame such as 3, or frames such as 0:10" }
  var argument: String { range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound)" }
}
