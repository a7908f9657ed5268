/// Where the pixels of a stream of events begin, every so many pixels.
///
/// A stream is a sequence of channels, each one event, and of marks, each the end of a pixel; pixels follow each other row by
/// row and frame by frame. The last pixel may lack its mark. The index is made in one pass and takes 12 bytes for each of about
/// a million places, or one a frame, at most; several streams share the million.
struct EventIndex: Sendable {
  /// Ends a pixel.
  static let mark: UInt16 = 0xFFFF
  static let maximalPlaceCount = 1 << 20
  /// Pixels between places, where the stream is not too long.
  static let usualStep = 256

  /// Pixels of a frame.
  let frameSize: Int
  /// Pixels from one place to the next; frames begin at a place.
  let step: Int
  let placesPerFrame: Int
  /// The value that each place begins at; those beyond the end of the stream are missing.
  private(set) var places: [Int] = []
  /// From each place to the next, the most events of one pixel.
  private(set) var mostEvents: [UInt32] = []
  /// Pixels that were begun.
  private(set) var pixelCount = 0
  /// Values in the stream.
  let count: Int
  /// Events of channels that the spectra do not have.
  private(set) var strayCount = 0
  /// Whether the stream has more frames than can be kept apart; the index is then of no use.
  private(set) var hasTooManyFrames = false

  /// Reads the stream once.
  ///
  /// - Parameters:
  ///   - frameSize: pixels of a frame, at least 1.
  ///   - channelCount: events of later channels are counted as stray.
  ///   - placeCount: places to have, about, at most; where there are more than four times as many frames, and more than 131,072,
  ///     nothing is kept.
  ///   - visitPiece: is shown each piece of the stream as it goes by; the pass ends where it answers false.
  init(
    _ source: some EventSource, frameSize: Int, channelCount: Int, placeCount: Int = Self.maximalPlaceCount,
    visitPiece: (UnsafeBufferPointer<UInt16>) -> Bool
  ) throws(FormatError) {
    precondition(frameSize > 0)
    self.frameSize = frameSize
    count = source.count
    // No stream has more pixels than values, and one.
    let most = count / max(1, placeCount) + 1
    let limit = max(1 << 17, 4 * placeCount)
    step = min(frameSize, max(Self.usualStep, most))
    placesPerFrame = (frameSize - 1) / step + 1
    var walker = Walker(frameSize: frameSize, step: step, channelCount: channelCount)
    if count > 0 { walker.places.append(0) }
    try unsafe source.forEachPiece(of: 0..<count) { start, values in
      unsafe walker.walk(values, from: start)
      return unsafe walker.places.count <= limit && visitPiece(values)
    }
    guard walker.places.count <= limit else {
      hasTooManyFrames = true
      return
    }
    // Events behind the last mark are of one more pixel.
    let rest = count - walker.pixelStart
    if rest > 0 {
      walker.busiest = max(walker.busiest, UInt32(clamping: rest))
      walker.pixels += 1
    } else if let last = walker.places.last, last == count {
      walker.places.removeLast()
    }
    if walker.mostEvents.count < walker.places.count { walker.mostEvents.append(walker.busiest) }
    places = walker.places
    mostEvents = walker.mostEvents
    pixelCount = walker.pixels
    strayCount = walker.strayCount
  }

  init(
    _ source: some EventSource, frameSize: Int, channelCount: Int, placeCount: Int = Self.maximalPlaceCount
  ) throws(FormatError) {
    try unsafe self.init(source, frameSize: frameSize, channelCount: channelCount, placeCount: placeCount) { _ in true }
  }

  /// Frames that were begun.
  var frameCount: Int { pixelCount == 0 ? 0 : (pixelCount - 1) / frameSize + 1 }

  /// Whether the last frame lacks pixels.
  var isLastFrameIncomplete: Bool { pixelCount % frameSize != 0 }

  /// The values that hold some pixels of a frame, from the place before them to the place behind them, and the pixel of the
  /// frame that they begin with; nil where the stream has none of them.
  func values(of pixels: Range<Int>, frame: Int) -> (range: Range<Int>, firstPixel: Int)? {
    guard !pixels.isEmpty else { return nil }
    let first = frame * placesPerFrame + pixels.lowerBound / step
    let end = frame * placesPerFrame + (pixels.upperBound - 1) / step + 1
    guard first < places.count else { return nil }
    return (places[first]..<(end < places.count ? places[end] : count), pixels.lowerBound / step * step)
  }

  /// An upper bound for the events of any one pixel between a place of the frame and the next.
  func mostEvents(place: Int, frame: Int) -> Int {
    let index = frame * placesPerFrame + place
    return mostEvents.indices.contains(index) ? Int(mostEvents[index]) : 0
  }
}

/// The state of the pass.
private struct Walker {
  let frameSize: Int
  let step: Int
  let channelCount: Int
  var places: [Int] = []
  var mostEvents: [UInt32] = []
  var busiest: UInt32 = 0
  /// Marks that were passed.
  var pixels = 0
  /// Where the pixel began whose events are being passed.
  var pixelStart = 0
  /// The pixel at which the next place is.
  private var pixelOfFrame = 0
  private var pixelsToPlace: Int
  var strayCount = 0

  init(frameSize: Int, step: Int, channelCount: Int) {
    self.frameSize = frameSize
    self.step = step
    self.channelCount = channelCount
    pixelsToPlace = step
  }

  mutating func walk(_ values: UnsafeBufferPointer<UInt16>, from start: Int) {
    guard let base = values.baseAddress else { return }
    let count = values.count
    // Few values are marks: sixteen are looked at together.
    let marks = SIMD16<UInt16>(repeating: EventIndex.mark)
    let limit = UInt16(clamping: max(0, channelCount - 1))
    let channels = SIMD16<UInt16>(repeating: limit)
    var index = 0
    while index + 16 <= count {
      let part = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<UInt16>.self)
      if any(part .> channels) {
        if any(part .== marks) {
          for place in 0..<16 { take(part[place], at: start + index + place, limit) }
        } else {
          for place in 0..<16 where part[place] > limit { strayCount += 1 }
        }
      }
      index += 16
    }
    while index < count {
      take(unsafe base[index], at: start + index, limit)
      index += 1
    }
  }

  @inline(__always)
  private mutating func take(_ value: UInt16, at place: Int, _ limit: UInt16) {
    if value == EventIndex.mark {
      endPixel(at: place)
    } else if value > limit {
      strayCount += 1
    }
  }

  private mutating func endPixel(at place: Int) {
    busiest = max(busiest, UInt32(clamping: place - pixelStart))
    pixels += 1
    pixelStart = place + 1
    pixelOfFrame += 1
    pixelsToPlace -= 1
    guard pixelsToPlace == 0 || pixelOfFrame == frameSize else { return }
    if pixelOfFrame == frameSize { pixelOfFrame = 0 }
    pixelsToPlace = step
    mostEvents.append(busiest)
    busiest = 0
    places.append(place + 1)
  }
}
