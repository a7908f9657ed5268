internal import Blocks
internal import CKernels

/// How the chunks of a map make up tiles of pixels, and where each of their elements lands in the matrix.
///
/// A tile is all chunks over one navigation cell of the chunk grid; it becomes one block. Columns are the flattened signal
/// indices less the channels that a mask leaves out, rows the flattened navigation indices less the pixels left out.
struct TileLayout: Sendable {
  /// A chunk of each tile: where it lies along the signal axes, and its stretches of kept columns.
  struct SignalChunk: Sendable {
    var origin: [Int]
    var stretches: [lamella_stretch]
  }

  let shape: [Int]
  let chunk: [Int]
  let navigationRank: Int
  /// Tiles along each navigation axis.
  let grid: [Int]
  let columnCount: Int
  /// Those that hold a kept column.
  let signalChunks: [SignalChunk]
  /// All stretches in the order of their columns, and how many of them each panel's end has behind it.
  let pieces: [lamella_piece]
  let panelEnds: [UInt32]
  /// Flattened signal indices of the columns, or nil when all are kept.
  let keptChannels: [Int]?
  private let pixelMask: [Bool]?

  /// - Parameters:
  ///   - channelMask: true keeps; one per flattened signal index.
  ///   - pixelMask: true keeps; one per flattened navigation index.
  init(shape: [Int], chunk: [Int], navigationRank: Int, channelMask: [Bool]?, pixelMask: [Bool]?) {
    self.shape = shape
    self.chunk = chunk
    self.navigationRank = navigationRank
    self.pixelMask = pixelMask
    grid = (0..<navigationRank).map { (shape[$0] + chunk[$0] - 1) / chunk[$0] }
    let signalShape = Array(shape[navigationRank...])
    let signalChunk = Array(chunk[navigationRank...])
    let channelCount = signalShape.reduce(1, *)
    var columnOf: [Int32]?
    if let channelMask {
      keptChannels = (0..<channelCount).filter { channelMask[$0] }
      var next: Int32 = 0
      columnOf = channelMask.map { kept in
        defer { next += kept ? 1 : 0 }
        return kept ? next : -1
      }
    } else {
      keptChannels = nil
    }
    columnCount = keptChannels?.count ?? channelCount

    var chunks: [SignalChunk] = []
    var order: [(column: Int, piece: lamella_piece)] = []
    let signalGrid = zip(signalShape, signalChunk).map { ($0 + $1 - 1) / $1 }
    forEachIndex(in: signalGrid) { cell in
      let origin = zip(cell, signalChunk).map { $0 * $1 }
      let box = zip(origin, zip(signalChunk, signalShape)).map { $0..<min($0 + $1.0, $1.1) }
      var stretches: [lamella_stretch] = []
      // One run per line of the chunk: the chunk's own lines are shorter than the signal's, or whole.
      forEachLine(of: box) { line, length in
        let first = flatten(line, signalShape)
        let local = flatten(zip(line, origin).map { $0 - $1 }, signalChunk)
        for (start, count) in TileLayout.runs(of: columnOf, from: first, count: length) {
          var column = columnOf.map { Int($0[first + start]) } ?? first + start
          var at = local + start
          var left = count
          while left > 0 {
            let panel = column / SparseRows.panelWidth
            let length = min(left, (panel + 1) * SparseRows.panelWidth - column)
            order.append((column, lamella_piece(part: UInt32(chunks.count), stretch: UInt32(stretches.count))))
            stretches.append(
              lamella_stretch(
                start: UInt32(at), count: UInt32(length), column: UInt32(column - panel * SparseRows.panelWidth)))
            column += length
            at += length
            left -= length
          }
        }
      }
      if !stretches.isEmpty { chunks.append(SignalChunk(origin: origin, stretches: stretches)) }
    }
    signalChunks = chunks
    order.sort { $0.column < $1.column }
    pieces = order.map(\.piece)
    var ends = [UInt32](
      repeating: 0, count: max(1, (columnCount + SparseRows.panelWidth - 1) / SparseRows.panelWidth))
    for (index, entry) in order.enumerated() { ends[entry.column / SparseRows.panelWidth] = UInt32(index + 1) }
    for panel in ends.indices.dropFirst() { ends[panel] = max(ends[panel], ends[panel - 1]) }
    panelEnds = ends
  }

  var tileCount: Int { grid.reduce(1, *) }
  var panelCount: Int { panelEnds.count }
  /// Elements of one pixel within a chunk.
  var rowStride: Int { chunk[navigationRank...].reduce(1, *) }
  var chunkElementCount: Int { chunk.reduce(1, *) }

  /// The first navigation index of a tile.
  func origin(ofTile tile: Int) -> [Int] {
    var rest = tile
    var origin = [Int](repeating: 0, count: navigationRank)
    for axis in stride(from: navigationRank - 1, through: 0, by: -1) {
      origin[axis] = rest % grid[axis] * chunk[axis]
      rest /= grid[axis]
    }
    return origin
  }

  /// The ranges of navigation indices that a tile covers.
  func box(ofTile tile: Int) -> [Range<Int>] {
    origin(ofTile: tile).enumerated().map { $1..<min($1 + chunk[$0], shape[$0]) }
  }

  /// The kept pixels of a tile in C order: which pixel of a whole chunk, which of the tile's box (less where the array ends
  /// within the chunk), and which row of the matrix each is.
  func rows(ofTile tile: Int) -> (inChunk: [UInt32], inBox: [Int], matrix: [Int32]) {
    let origin = origin(ofTile: tile)
    let navigationShape = Array(shape[..<navigationRank])
    let navigationChunk = Array(chunk[..<navigationRank])
    var inChunk: [UInt32] = []
    var inBox: [Int] = []
    var matrix: [Int32] = []
    var position = 0
    forEachLine(of: box(ofTile: tile)) { line, length in
      let row = flatten(line, navigationShape)
      let within = flatten(zip(line, origin).map { $0 - $1 }, navigationChunk)
      for step in 0..<length where pixelMask?[row + step] ?? true {
        inChunk.append(UInt32(within + step))
        inBox.append(position + step)
        matrix.append(Int32(row + step))
      }
      position += length
    }
    return (inChunk, inBox, matrix)
  }

  /// The runs of kept channels among consecutive ones, as offsets from the first.
  private static func runs(of columns: [Int32]?, from first: Int, count: Int) -> [(start: Int, count: Int)] {
    guard let columns else { return [(0, count)] }
    var runs: [(start: Int, count: Int)] = []
    for step in 0..<count where columns[first + step] >= 0 {
      if let last = runs.last, last.start + last.count == step {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((step, 1))
      }
    }
    return runs
  }
}

/// The C-order index of a position.
func flatten(_ index: [Int], _ shape: [Int]) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }

/// Visits every position of a grid in C order; a grid without dimensions has one.
func forEachIndex<Failure: Error>(in grid: [Int], _ visit: ([Int]) throws(Failure) -> Void) throws(Failure) {
  guard grid.allSatisfy({ $0 > 0 }) else { return }
  var index = [Int](repeating: 0, count: grid.count)
  while true {
    try visit(index)
    var axis = grid.count - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < grid[axis] { break }
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

/// Visits the lines of a box along its last dimension, in C order: where each begins and how long it is.
func forEachLine(of box: [Range<Int>], _ visit: (_ start: [Int], _ length: Int) -> Void) {
  guard let last = box.last else { return visit([], 1) }
  forEachIndex(in: box.dropLast().map(\.count)) { index in
    visit(zip(index, box).map { $0 + $1.lowerBound } + [last.lowerBound], last.count)
  }
}
