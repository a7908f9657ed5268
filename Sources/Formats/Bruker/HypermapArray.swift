internal import Blocks
internal import Foundation
internal import Microscopy

/// The spectra of a hypermap, height × width × channels, decoded when they are asked for.
///
/// The rows of a box are shared out over the processors; each reads its part of the member from its first row on. In memory
/// are the box and, for each processor, a window of the member.
struct HypermapArray: ArraySource {
  let member: SFSMember
  let index: HypermapIndex
  let type: ScalarType
  let shape: [Int]

  /// - Parameters:
  ///   - channelCount: channels of a spectrum; counts behind them are left out.
  ///   - type: an unsigned type that holds all counts.
  init(_ member: SFSMember, _ index: HypermapIndex, channelCount: Int, type: ScalarType) throws(FormatError) {
    self.member = member
    self.index = index
    self.type = type
    shape = [index.height, index.width, channelCount]
    // Extents have 17 bits each: height × width does not overflow.
    let (_, overflow) = (index.height * index.width).multipliedReportingOverflow(by: max(1, channelCount * type.size))
    guard !overflow else {
      throw member.error("a map of \(index.height) × \(index.width) × \(channelCount) values is not possible", at: 0)
    }
  }

  var elementSize: Int { type.size }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    precondition(box.count == 3 && zip(box, shape).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 })
    return switch type {
    case .uint8: try read(box, UInt8.self)
    case .uint16: try read(box, UInt16.self)
    case .uint32: try read(box, UInt32.self)
    default: try read(box, UInt64.self)
    }
  }

  private func read<Count: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & SendableMetatype>(
    _ box: [Range<Int>], _ type: Count.Type
  ) throws(FormatError) -> [UInt8] {
    let rows = box[0]
    let rowSize = box[1].count * box[2].count * MemoryLayout<Count>.stride
    guard rowSize > 0, !rows.isEmpty else { return [] }
    let bandCount = min(rows.count, max(1, ProcessInfo.processInfo.activeProcessorCount))
    return try unsafe [UInt8].filled(rows.count * rowSize) { buffer throws(FormatError) in
      let target = unsafe SharedBuffer(buffer)
      try concurrently(bandCount) { band throws(FormatError) in
        let part = rows.lowerBound + rows.count * band / bandCount..<rows.lowerBound + rows.count * (band + 1) / bandCount
        let first = (part.lowerBound - rows.lowerBound) * rowSize
        let own = unsafe UnsafeMutableRawBufferPointer(rebasing: target.buffer[first..<first + part.count * rowSize])
        unsafe try decode(part, box[1], box[2], into: own, Count.self)
      }
    }
  }

  /// Decodes rows of the map, one after the other, into memory of their own.
  private func decode<Count: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & SendableMetatype>(
    _ rows: Range<Int>, _ columns: Range<Int>, _ channels: Range<Int>, into target: UnsafeMutableRawBufferPointer,
    _ type: Count.Type
  ) throws(FormatError) {
    unsafe target.initializeMemory(as: UInt8.self, repeating: 0)
    guard let base = unsafe target.baseAddress?.assumingMemoryBound(to: Count.self) else { return }
    let cursor = SFSCursor(member, at: index.rows[rows.lowerBound].place)
    for row in rows {
      if row > rows.lowerBound {
        _ = unsafe try cursor.require(4)
        cursor.advance(4)
      }
      let rowStart = unsafe base + (row - rows.lowerBound) * columns.count * channels.count
      for _ in 0..<index.rows[row].pixelCount {
        let pixel = try PixelRecord.next(cursor, width: index.width)
        let body = unsafe try cursor.require(pixel.size)
        if columns.contains(pixel.column) {
          let spectrum = unsafe rowStart + (pixel.column - columns.lowerBound) * channels.count
          guard unsafe add(pixel, body, channels, to: spectrum) else {
            throw cursor.error("the runs of channels are not sound", field: "pixel \(pixel.column) of row \(row)")
          }
        }
        cursor.advance(pixel.size)
      }
    }
  }

  /// Adds the counts of a pixel to its spectrum; false when its runs are not sound.
  @inline(__always)
  private func add<Count: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ pixel: PixelRecord, _ body: UnsafeRawPointer, _ channels: Range<Int>, to spectrum: UnsafeMutablePointer<Count>
  ) -> Bool {
    let (lower, count) = (channels.lowerBound, channels.count)
    unsafe pixel.forEachPulse(body) { channel in
      let index = channel - lower
      if index >= 0, index < count { unsafe spectrum[index] &+= 1 }
    }
    guard pixel.packing == .runs else { return true }
    return unsafe pixel.forEachRun(body) { run in
      let first = unsafe run.channel - lower
      let part = unsafe max(0, -first)..<max(max(0, -first), min(run.count, count - first))
      unsafe run.forEachCount(in: part) { index, value in
        unsafe spectrum[first + index] &+= Count(truncatingIfNeeded: value)
      }
    }
  }
}
