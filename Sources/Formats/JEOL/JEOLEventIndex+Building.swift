internal import Dispatch
internal import Synchronization

extension JEOLEventIndex {
  private static let batchSize = 16
  /// The header counts sweeps in 16 bits.
  private static let maximalFrameCount = 1 << 16
  private static let maximalRowCount = 1 << 24

  /// Reads the whole stream once, in pieces, several at a time.
  ///
  /// - Parameters:
  ///   - step: positions that are less apart may be the same pixel.
  ///   - pieceLength: words that are read at a time.
  init(
    _ stream: JEOLEventStream, step: Int, isSingleRow: Bool, pieceLength: Int = 1 << 19
  ) throws(FormatError) {
    var builder = Builder(step: step, isSingleRow: isSingleRow)
    let pieces = (stream.wordCount + pieceLength - 1) / pieceLength
    for batch in stride(from: 0, to: pieces, by: Self.batchSize) {
      let count = min(Self.batchSize, pieces - batch)
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
        builder.append(piece)
        guard builder.index.frames.count <= Self.maximalFrameCount, builder.index.rows.count <= Self.maximalRowCount else {
          throw stream.error(
            at: builder.index.rows.last?.word ?? 0,
            "there are more than \(Self.maximalFrameCount) frames or \(Self.maximalRowCount) rows")
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
    var index = JEOLEventIndex()
    private var x: UInt16 = 0
    /// Of the marks of y that may be the same row as the last one: the first, and the events of a pixel there.
    private var rowY = 0
    private var rowXRays = 0
    private var rowImages = 0
    private var hasMark = false

    init(step: Int, isSingleRow: Bool) {
      self.step = step
      self.isSingleRow = isSingleRow
    }

    mutating func append(_ piece: JEOLEventPiece) {
      index.strangeWords += piece.strangeWords
      index.greatestX = max(index.greatestX, piece.greatestX)
      for run in piece.runs {
        if let y = run.y {
          begin(run, y)
        } else if index.frames.isEmpty {
          // What comes before the first mark is at the origin.
          guard run.xRays + run.images + run.realTicks + run.liveTicks > 0 || run.lastX != nil else { continue }
          beginFrame(at: run.word)
          index.rows.append(Row(word: run.word, y: 0, x: 0))
        }
        add(run)
      }
    }

    private mutating func beginFrame(at word: Int) {
      if let last = index.frames.indices.last {
        index.frames[last].end = word
        index.frames[last].rows = index.frames[last].rows.lowerBound..<index.rows.count
      }
      index.frames.append(Frame(rows: index.rows.count..<index.rows.count, end: word))
      x = 0
      rowY = 0
      rowXRays = 0
      rowImages = 0
    }

    private mutating func begin(_ run: JEOLEventPiece.Run, _ y: UInt16) {
      let previous = index.frames.isEmpty ? nil : index.rows.last.map { Int($0.y) }
      let isNewFrame = previous.map { Int(y) < $0 || (isSingleRow && hasMark && Int(y) == $0) } ?? true
      // The mark of x that was valid before a frame is not valid in it.
      if isNewFrame { beginFrame(at: run.word) }
      if isNewFrame || Int(y) >= rowY + step {
        rowY = Int(y)
        rowXRays = 0
        rowImages = 0
      }
      hasMark = true
      index.greatestY = max(index.greatestY, Int(y))
      index.rows.append(Row(word: run.word, y: y, x: x))
    }

    private mutating func add(_ run: JEOLEventPiece.Run) {
      guard let last = index.frames.indices.last else { return }
      rowXRays += run.mostXRays
      rowImages += run.mostImages
      index.frames[last].mostXRays = max(index.frames[last].mostXRays, rowXRays)
      index.frames[last].mostImages = max(index.frames[last].mostImages, rowImages)
      index.frames[last].xRays += run.xRays
      index.frames[last].images += run.images
      index.frames[last].realTicks += run.realTicks
      index.frames[last].liveTicks += run.liveTicks
      if let mark = run.lastX { x = mark }
      index.frames[last].lastX = Int(x)
    }

    mutating func finish(_ wordCount: Int) {
      guard let last = index.frames.indices.last else { return }
      index.frames[last].end = wordCount
      index.frames[last].rows = index.frames[last].rows.lowerBound..<index.rows.count
    }
  }
}

/// Runs the parts of a task in parallel; the error of one of those that fail is thrown.
func concurrently(_ count: Int, _ body: @Sendable (Int) throws(FormatError) -> Void) throws(FormatError) {
  let failure = Mutex<FormatError?>(nil)
  DispatchQueue.concurrentPerform(iterations: count) { part in
    do throws(FormatError) {
      try body(part)
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
