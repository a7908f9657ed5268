internal import Foundation
internal import Synchronization

extension JEOLEventIndex {
  /// The header counts sweeps in 16 bits.
  private static let maximalFrameCount = 1 << 16
  private static let maximalRowCount = 1 << 20

  /// Reads the whole stream once, in pieces, as many at a time as there are processors, but 16 at most.
  ///
  /// What is found in a piece takes 2.5 MB when every word of it is a mark of y.
  ///
  /// - Parameters:
  ///   - step: positions that are less apart may be the same pixel.
  ///   - pieceLength: words that are read at a time.
  ///   - rowLimit: rows that the index may have, unless there are a quarter as many frames; of more, some are left out.
  init(
    _ stream: JEOLEventStream, step: Int, isSingleRow: Bool, pieceLength: Int = 1 << 16,
    rowLimit: Int = Self.maximalRowCount
  ) throws(FormatError) {
    var builder = Builder(step: step, isSingleRow: isSingleRow, rowLimit: rowLimit)
    let pieces = (stream.wordCount + pieceLength - 1) / pieceLength
    let batchSize = min(16, max(2, ProcessInfo.processInfo.activeProcessorCount))
    for batch in stride(from: 0, to: pieces, by: batchSize) {
      let count = min(batchSize, pieces - batch)
      let found = Mutex<[JEOLEventPiece?]>(Array(repeating: nil, count: count))
      try concurrently(count) { number throws(FormatError) in
        let first = (batch + number) * pieceLength
        let end = min(stream.wordCount, first + pieceLength)
        var piece: JEOLEventPiece?
        unsafe try stream.read(first..<end) { words, first in
          piece = unsafe JEOLEventPiece(words, first: first, step: step)
        }
        let result = piece
        found.withLock { $0[number] = result }
      }
      for piece in found.withLock({ $0 }) {
        guard let piece else { continue }
        guard builder.append(piece, frameLimit: Self.maximalFrameCount) else {
          throw stream.error(
            at: builder.index.rows.last?.word ?? 0, "there are more than \(Self.maximalFrameCount) frames")
        }
      }
    }
    builder.finish(stream.wordCount)
    self = builder.index
  }

  /// Puts together what was found in the pieces, in their order.
  private struct Builder {
    let step: Int
    let isSingleRow: Bool
    let rowLimit: Int
    var index = JEOLEventIndex()
    private var x: UInt16 = 0
    /// The mark of y that is valid; nil before the first frame.
    private var y: UInt16?
    /// Rows since the frame began, whether they are in the index or not.
    private var rowsOfFrame = 0
    /// Of the marks of y that may be the same row as the last one: the first, and the events of a pixel there.
    private var rowY = 0
    private var rowXRays = 0
    private var rowImages = 0
    private var hasMark = false

    init(step: Int, isSingleRow: Bool, rowLimit: Int) {
      self.step = step
      self.isSingleRow = isSingleRow
      self.rowLimit = rowLimit
    }

    /// False where there are more frames than may be.
    mutating func append(_ piece: JEOLEventPiece, frameLimit: Int) -> Bool {
      index.strangeWords += piece.strangeWords
      index.greatestX = max(index.greatestX, piece.greatestX)
      for run in piece.runs {
        if let y = run.y {
          begin(run, y)
        } else if index.frames.isEmpty {
          // What comes before the first mark is at the origin.
          guard run.xRays + run.images + run.realTicks + run.liveTicks > 0 || run.lastX != nil else { continue }
          beginFrame(at: run.word)
          addRow(Row(word: run.word, y: 0, x: 0))
        }
        guard index.frames.count <= frameLimit else { return false }
        add(run)
      }
      return true
    }

    private mutating func beginFrame(at word: Int) {
      if let last = index.frames.indices.last {
        index.frames[last].end = word
        index.frames[last].rows = index.frames[last].rows.lowerBound..<index.rows.count
      }
      index.frames.append(Frame(rows: index.rows.count..<index.rows.count, end: word))
      x = 0
      y = nil
      rowsOfFrame = 0
      rowY = 0
      rowXRays = 0
      rowImages = 0
    }

    private mutating func begin(_ run: JEOLEventPiece.Run, _ y: UInt16) {
      let isNewFrame = self.y.map { y < $0 || (isSingleRow && hasMark && y == $0) } ?? true
      // The mark of x that was valid before a frame is not valid in it.
      if isNewFrame { beginFrame(at: run.word) }
      if isNewFrame || Int(y) >= rowY + step {
        rowY = Int(y)
        rowXRays = 0
        rowImages = 0
      }
      hasMark = true
      index.greatestY = max(index.greatestY, Int(y))
      // A mark that repeats the last one begins no row.
      if y != self.y { addRow(Row(word: run.word, y: y, x: x)) }
    }

    private mutating func addRow(_ row: Row) {
      y = row.y
      index.rowCount += 1
      defer { rowsOfFrame += 1 }
      guard rowsOfFrame.isMultiple(of: index.rowStep) else { return }
      index.rows.append(row)
      while index.rows.count > max(rowLimit, 4 * index.frames.count) { thin() }
    }

    /// Leaves out every other row of each frame; its first stays.
    private mutating func thin() {
      var kept = 0
      for number in index.frames.indices {
        let isLast = number == index.frames.count - 1
        let rows = index.frames[number].rows.lowerBound..<(isLast ? index.rows.count : index.frames[number].rows.upperBound)
        let first = kept
        for place in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
          index.rows[kept] = index.rows[place]
          kept += 1
        }
        index.frames[number].rows = first..<(isLast ? first : kept)
      }
      index.rows.removeLast(index.rows.count - kept)
      index.rowStep *= 2
    }

    private mutating func add(_ run: JEOLEventPiece.Run) {
      guard let last = index.frames.indices.last else { return }
      rowXRays += Int(run.mostXRays)
      rowImages += Int(run.mostImages)
      index.frames[last].mostXRays = max(index.frames[last].mostXRays, rowXRays)
      index.frames[last].mostImages = max(index.frames[last].mostImages, rowImages)
      index.frames[last].xRays += Int(run.xRays)
      index.frames[last].images += Int(run.images)
      index.frames[last].realTicks += Int(run.realTicks)
      index.frames[last].liveTicks += Int(run.liveTicks)
      if let mark = run.lastX { x = mark }
      index.frames[last].lastX = Int(x)
      index.frames[last].lastY = Int(y ?? 0)
    }

    mutating func finish(_ wordCount: Int) {
      guard let last = index.frames.indices.last else { return }
      index.frames[last].end = wordCount
      index.frames[last].rows = index.frames[last].rows.lowerBound..<index.rows.count
    }
  }
}
