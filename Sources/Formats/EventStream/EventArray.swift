internal import Blocks
internal import Foundation
internal import Microscopy

/// The spectra that streams of events stand for: counts by (frame,) row, column and channel, made as they are read.
///
/// Streams of several detectors are summed, and frames unless they are kept apart. A box is counted straight into its
/// result: beside it, reading takes about 1 MB for each thread.
struct EventArray: ArraySource {
  struct Stream: Sendable {
    var source: any EventSource
    var index: EventIndex
  }

  let streams: [Stream]
  let height: Int
  let width: Int
  let channelCount: Int
  let frames: Range<Int>
  let keepsFrames: Bool
  /// Of unsigned integers, large enough for every count.
  let type: ScalarType

  /// - Parameter type: the type of the counts; a wider one is taken where a count would not fit.
  init(
    _ streams: [Stream], height: Int, width: Int, channelCount: Int, frames: Range<Int>, keepsFrames: Bool, type: ScalarType
  ) throws(FormatError) {
    precondition(streams.allSatisfy { $0.index.frameSize == height * width })
    self.streams = streams
    self.height = height
    self.width = width
    self.channelCount = channelCount
    self.frames = frames
    self.keepsFrames = keepsFrames
    let most = try Self.largestCount(
      streams, frames: frames, keepsFrames: keepsFrames, channelCount: channelCount, beyond: type.greatestCount)
    let types: [ScalarType] = [.uint8, .uint16, .uint32, .uint64]
    self.type = types.first { $0.size >= type.size && most <= $0.greatestCount } ?? .uint64
  }

  var shape: [Int] { (keepsFrames ? [frames.count] : []) + [height, width, channelCount] }
  var elementSize: Int { type.size }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    switch type {
    case .uint8: try counts(box, UInt8.self)
    case .uint16: try counts(box, UInt16.self)
    case .uint32: try counts(box, UInt32.self)
    default: try counts(box, UInt64.self)
    }
  }

  /// Pixels that follow each other in a frame, of one frame or of all, and where their counts go.
  private struct Run {
    var frames: Range<Int>
    var pixels: Range<Int>
    /// The element of the result that the first pixel begins at.
    var target: Int
  }

  private func counts<Count: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ box: [Range<Int>], _ type: Count.Type
  ) throws(FormatError) -> [UInt8] {
    guard box.allSatisfy({ !$0.isEmpty }) else { return [] }
    let byteCount = box.reduce(elementSize) { $0 * $1.count }
    let runs = runs(box)
    let channels = box[box.count - 1]
    return try unsafe [UInt8].filled(byteCount) { buffer throws(FormatError) in
      unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
      guard let base = buffer.baseAddress else { return }
      // Runs write to places of their own.
      nonisolated(unsafe) let target = unsafe base.bindMemory(to: Count.self, capacity: byteCount / elementSize)
      try concurrently(runs.count) { number throws(FormatError) in
        let run = runs[number]
        for frame in run.frames {
          for stream in streams {
            try unsafe Self.add(run.pixels, frame, of: stream, channels, to: target + run.target)
          }
        }
      }
    }
  }

  /// The pixels of a box as runs, several for each thread.
  private func runs(_ box: [Range<Int>]) -> [Run] {
    let channels = box[box.count - 1].count
    let (rows, columns) = (box[box.count - 3], box[box.count - 2])
    let planes = keepsFrames ? box[0].map { frames.lowerBound + $0..<frames.lowerBound + $0 + 1 } : [frames]
    var pieces: [Range<Int>] = []
    if columns.count == width {
      let pixels = rows.lowerBound * width..<rows.upperBound * width
      // A few hundred pixels are worth a run; too many runs would read the values around their ends twice.
      let size = max(EventIndex.usualStep, pixels.count / (4 * ProcessInfo.processInfo.activeProcessorCount) + 1)
      for start in stride(from: pixels.lowerBound, to: pixels.upperBound, by: size) {
        pieces.append(start..<min(pixels.upperBound, start + size))
      }
    } else {
      pieces = rows.map { $0 * width + columns.lowerBound..<$0 * width + columns.upperBound }
    }
    var target = 0
    var runs: [Run] = []
    for plane in planes {
      for pixels in pieces {
        runs.append(Run(frames: plane, pixels: pixels, target: target))
        target += pixels.count * channels
      }
    }
    return runs
  }

  /// Adds the events of some pixels of a frame to counts, pixel after pixel, the channels of a range each.
  private static func add<Count: FixedWidthInteger & Sendable>(
    _ pixels: Range<Int>, _ frame: Int, of stream: Stream, _ channels: Range<Int>, to target: UnsafeMutablePointer<Count>
  ) throws(FormatError) {
    guard let (range, firstPixel) = stream.index.values(of: pixels, frame: frame) else { return }
    var pixel = firstPixel
    let first = channels.lowerBound
    let channelCount = channels.count
    try unsafe stream.source.forEachPiece(of: range) { _, values in
      var index = 0
      let count = values.count
      while pixel < pixels.lowerBound, index < count {
        if unsafe values[index] == EventIndex.mark { pixel += 1 }
        index += 1
      }
      guard index < count else { return true }
      var spectrum = unsafe target + (pixel - pixels.lowerBound) * channelCount
      while index < count {
        let value = unsafe values[index]
        index += 1
        if value == EventIndex.mark {
          pixel += 1
          if pixel == pixels.upperBound { return false }
          unsafe spectrum += channelCount
        } else {
          let channel = Int(value) &- first
          if channel >= 0, channel < channelCount { unsafe spectrum[channel] &+= 1 }
        }
      }
      return true
    }
  }

  /// The largest count of any channel, or a bound of it that is not above a limit.
  ///
  /// No channel has more events than its pixel; where that does not settle it, pixels are counted.
  private static func largestCount(
    _ streams: [Stream], frames: Range<Int>, keepsFrames: Bool, channelCount: Int, beyond limit: UInt64
  ) throws(FormatError) -> UInt64 {
    guard let index = streams.first?.index else { return 0 }
    var largest: UInt64 = 0
    for group in keepsFrames ? frames.map({ $0..<$0 + 1 }) : [frames] {
      for place in 0..<index.placesPerFrame {
        var bound: UInt64 = 0
        for stream in streams {
          for frame in group { bound += UInt64(stream.index.mostEvents(place: place, frame: frame)) }
        }
        guard bound > max(limit, largest) else { continue }
        if bound > UInt64(UInt32.max) { return bound }
        let pixels = place * index.step..<min(index.frameSize, (place + 1) * index.step)
        largest = max(largest, try countedMaximum(streams, pixels, group, channelCount))
      }
    }
    return largest
  }

  private static func countedMaximum(
    _ streams: [Stream], _ pixels: Range<Int>, _ frames: Range<Int>, _ channelCount: Int
  ) throws(FormatError) -> UInt64 {
    let size = max(1, min(pixels.count, (1 << 21) / max(1, channelCount)))
    let counts = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: size * channelCount)
    defer { unsafe counts.deallocate() }
    guard let base = counts.baseAddress else { return 0 }
    var largest: UInt32 = 0
    for start in stride(from: pixels.lowerBound, to: pixels.upperBound, by: size) {
      unsafe counts.update(repeating: 0)
      let part = start..<min(pixels.upperBound, start + size)
      for frame in frames {
        for stream in streams { try unsafe add(part, frame, of: stream, 0..<channelCount, to: base) }
      }
      largest = max(largest, unsafe counts.max() ?? 0)
    }
    return UInt64(largest)
  }
}
