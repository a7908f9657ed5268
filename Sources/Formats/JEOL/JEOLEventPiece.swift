/// What one pass over a piece of an event stream finds, without knowing what lies before it.
struct JEOLEventPiece: Sendable {
  /// Words up to the next mark of y; 40 bytes, since there may be one for each word.
  struct Run: Sendable {
    /// Counted from the beginning of the stream.
    var word: Int
    /// Nil for what comes before the first mark of y in the piece.
    var y: UInt16?
    /// The last mark of x in it.
    var lastX: UInt16?
    var xRays: UInt32 = 0
    var images: UInt32 = 0
    /// The most events at one position.
    var mostXRays: UInt32 = 0
    var mostImages: UInt32 = 0
    var realTicks: UInt32 = 0
    var liveTicks: UInt32 = 0
  }

  private(set) var runs: [Run] = []
  private(set) var strangeWords = 0
  private(set) var greatestX = 0

  /// - Parameters:
  ///   - words: less than 2³² of them.
  ///   - first: the place of the first word in the stream.
  ///   - step: positions that are less apart may be the same pixel.
  init(_ words: UnsafeBufferPointer<UInt16>, first: Int, step: Int) {
    var run = Run(word: first)
    var x = -1
    // Events before the pixel that is open.
    var xRaysBefore: UInt32 = 0
    var imagesBefore: UInt32 = 0
    // Events before the first mark of x: their pixel may come again.
    var xRaysUnmarked: UInt32 = 0
    var imagesUnmarked: UInt32 = 0
    var isOrdered = true
    func closePixel(_ run: inout Run) {
      run.mostXRays = max(run.mostXRays, run.xRays - xRaysBefore)
      run.mostImages = max(run.mostImages, run.images - imagesBefore)
      xRaysBefore = run.xRays
      imagesBefore = run.images
    }
    func markPixel(_ run: inout Run, _ mark: Int) {
      if x < 0 {
        xRaysUnmarked = run.xRays
        imagesUnmarked = run.images
        xRaysBefore = run.xRays
        imagesBefore = run.images
      } else {
        closePixel(&run)
        if mark < x + step { isOrdered = false }
      }
      x = mark
      greatestX = max(greatestX, mark)
    }
    func closeRun(_ run: inout Run) {
      closePixel(&run)
      run.mostXRays = isOrdered ? run.mostXRays + xRaysUnmarked : run.xRays
      run.mostImages = isOrdered ? run.mostImages + imagesUnmarked : run.images
      run.lastX = x < 0 ? nil : UInt16(x)
      runs.append(run)
      x = -1
      xRaysBefore = 0
      imagesBefore = 0
      xRaysUnmarked = 0
      imagesUnmarked = 0
      isOrdered = true
    }
    for index in 0..<words.count {
      let word = unsafe words[index]
      switch word >> 12 {
      case JEOLEventIndex.xRayEvent: run.xRays += 1
      case JEOLEventIndex.imageEvent: run.images += 1
      case JEOLEventIndex.xMark: markPixel(&run, Int(word & 0xFFF))
      case JEOLEventIndex.yMark:
        closeRun(&run)
        run = Run(word: first + index, y: word & 0xFFF)
      case 6: run.realTicks += 1
      case 7: run.liveTicks += 1
      default: strangeWords += 1
      }
    }
    closeRun(&run)
  }
}
