internal import Blocks

/// A stack of frames seen as a grid of them: its first dimension split into several, or dropped where there is one frame.
struct FrameGrid: ArraySource {
  let frames: any ArraySource
  /// Extents of the grid, slowest first.
  let grid: [Int]
  /// The frame of each point of the grid, in C order; the points themselves when nil.
  let order: [Int]?

  /// - Precondition: the grid has as many points as there are frames.
  init(_ frames: any ArraySource, _ grid: [Int], order: [Int]? = nil) {
    precondition(grid.reduce(1, *) == frames.shape[0] && order?.count ?? frames.shape[0] == frames.shape[0])
    self.frames = frames
    self.grid = grid
    self.order = order
  }

  var shape: [Int] { grid + frames.shape.dropFirst() }
  var elementSize: Int { frames.elementSize }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    let count = box.reduce(elementSize) { $0 * $1.count }
    guard count > 0 else { return [] }
    let rest = Array(box.dropFirst(grid.count))
    var points = BoxNumbers(Array(box.prefix(grid.count)), of: grid)
    var result: [UInt8] = []
    var run = 0..<0
    // Frames that follow each other are read at once.
    while let point = points.next() {
      let frame = order?[point] ?? point
      if frame == run.upperBound, !run.isEmpty {
        run = run.lowerBound..<frame + 1
        continue
      }
      if !run.isEmpty {
        if result.isEmpty { result.reserveCapacity(count) }
        result += try frames.read([run] + rest)
      }
      run = frame..<frame + 1
    }
    let last = try frames.read([run] + rest)
    return result.isEmpty ? last : result + last
  }
}
