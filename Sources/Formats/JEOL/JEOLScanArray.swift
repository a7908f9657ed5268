internal import Blocks
internal import Foundation
internal import Microscopy

/// The counts or the images of a scan, decoded for the box that is asked for.
///
/// The shape is (frame,) y, x, and the channel for counts. Frames are summed, or are the first dimension. Rows are decoded
/// in parallel; the result does not depend on the number of threads. Beside the result a thread takes a megabyte.
struct JEOLScanArray: ArraySource {
  enum Content: Sendable { case counts, images }

  let scan: JEOLScan
  let content: Content
  /// The frames, by their number in the file.
  let frames: [Int]
  /// One for each of `frames`.
  let shifts: [JEOLScan.Shift]
  let keepsFrames: Bool
  var type: ScalarType

  static let channelCount = 4096

  var shape: [Int] {
    (keepsFrames ? [frames.count] : []) + [scan.grid.height, scan.grid.width]
      + (content == .counts ? [Self.channelCount] : [])
  }

  var elementSize: Int { type.size }

  func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    precondition(box.count == shape.count && zip(box, shape).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 })
    switch type {
    case .uint8: return try decode(box, UInt8.self)
    case .uint16: return try decode(box, UInt16.self)
    default: return try decode(box, UInt32.self)
    }
  }

  private func decode<Value: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ box: [Range<Int>], _ type: Value.Type
  ) throws(FormatError) -> [UInt8] {
    let total = box.reduce(MemoryLayout<Value>.size) { $0 * $1.count }
    guard total > 0 else { return [] }
    let groups = keepsFrames ? box[0].map { [$0] } : [Array(frames.indices)]
    let space = keepsFrames ? Array(box.dropFirst()) : box
    let channels = content == .counts ? space[2] : 0..<1
    let rowSize = space[1].count * channels.count
    let rows = rowsTogether(space[0].count)
    let bands = (space[0].count + rows - 1) / rows
    var failure: FormatError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      unsafe buffer.preferLargePages()
      guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: total)
      nonisolated(unsafe) let values = unsafe base.bindMemory(to: Value.self, capacity: total / MemoryLayout<Value>.size)
      do throws(FormatError) {
        // Every part has rows of the result of its own.
        try concurrently(groups.count * bands) { part throws(FormatError) in
          let band = part % bands * rows..<min(space[0].count, (part % bands + 1) * rows)
          let window = JEOLScan.Window(
            rows: space[0].lowerBound + band.lowerBound..<space[0].lowerBound + band.upperBound, columns: space[1])
          let start = unsafe values + (part / bands * space[0].count + band.lowerBound) * rowSize
          for index in groups[part / bands] {
            switch content {
            case .counts:
              unsafe try scan.addCounts(
                frame: frames[index], shift: shifts[index], window, channels: channels, to: start)
            case .images:
              unsafe try scan.addImage(frame: frames[index], shift: shifts[index], window, to: start)
            }
          }
        }
        initialized = total
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Rows that are decoded together: few, that their spectra stay in the processor's cache, but enough for a read of some
  /// length from each frame.
  private func rowsTogether(_ count: Int) -> Int {
    let perRow = 2 * scan.stream.wordCount / max(1, scan.index.rowCount)
    let enough = max(1, (32 << 10) / max(1, perRow))
    let processors = ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(enough, (count + 2 * processors - 1) / (2 * processors)))
  }

  /// The smallest unsigned type that holds every count of every box.
  ///
  /// The bounds of the index are tried first; where they are too wide, the events of each pixel are counted, and then, in
  /// rows with more than 255 in a pixel, the events of each channel.
  func typeOfCounts() throws(FormatError) -> ScalarType {
    let bounds = frames.map { scan.index.frames[$0].mostXRays }
    let bound = keepsFrames ? bounds.max() ?? 0 : bounds.reduce(0) { min($0 + $1, Int(UInt32.max)) }
    if bound <= Int(UInt8.max) { return .uint8 }
    let groups = keepsFrames ? frames.indices.map { [$0] } : [Array(frames.indices)]
    var type = ScalarType.uint8
    for group in groups where type != .uint32 {
      let found = try typeOfCounts(group)
      if found.size > type.size { type = found }
    }
    return type
  }
}
