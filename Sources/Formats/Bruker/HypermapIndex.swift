internal import Microscopy

/// Where the rows of a hypermap are within its member, and what its values take; found in one pass that keeps none of them.
///
/// The member begins with the height and the width. From byte 0x1A0 on come the rows, each the number of its pixels and then
/// those, which need not be all: a pixel without counts may be missing.
struct HypermapIndex: Sendable {
  /// Where a row's first pixel begins, and how many follow.
  struct Row: Sendable {
    var place: Int
    var pixelCount: Int
  }

  var height: Int
  var width: Int
  var rows: [Row] = []
  /// No count is above it. Exact where it decides on the type.
  var peak: UInt64 = 0
  /// One more than the highest channel that has a count.
  var channelCount = 0

  private static let firstRow = 0x1A0
  /// Pixels along a side; no scan generator addresses more.
  private static let greatestExtent = 1 << 17

  /// - Parameter expected: the type that the map is thought to need; counts are looked at one by one where they might not fit.
  init(_ member: SFSMember, expected: ScalarType) throws(FormatError) {
    let cursor = SFSCursor(member)
    let header = unsafe try cursor.require(Self.firstRow)
    height = unsafe Int(littleEndian(header, UInt32.self))
    width = unsafe Int(littleEndian(header + 4, UInt32.self))
    // A row takes four bytes at least.
    guard (1...Self.greatestExtent).contains(height), (1...Self.greatestExtent).contains(width), height <= member.size / 4
    else { throw cursor.error("a map of \(height) × \(width) pixels is not possible", field: "extents") }
    cursor.advance(Self.firstRow)
    var limit = expected.greatestCount
    rows.reserveCapacity(height)
    for _ in 0..<height { try addRow(cursor, &limit) }
  }

  private mutating func addRow(_ cursor: SFSCursor, _ limit: inout UInt64) throws(FormatError) {
    let pixelCount = unsafe Int(littleEndian(try cursor.require(4), UInt32.self))
    cursor.advance(4)
    guard pixelCount <= (cursor.member.size - cursor.position) / PixelRecord.headerSize else {
      throw cursor.error("\(pixelCount) pixels do not fit into what follows", field: "row \(rows.count)")
    }
    rows.append(Row(place: cursor.position, pixelCount: pixelCount))
    var last = -1
    var isAscending = true
    var total: UInt64 = 0
    for _ in 0..<pixelCount {
      let pixel = try PixelRecord.next(cursor, width: width)
      let body = unsafe try cursor.require(pixel.size)
      guard let bound = unsafe bound(of: pixel, body, limit) else {
        throw cursor.error("the runs of channels are not sound", field: "pixel \(pixel.column) of row \(rows.count - 1)")
      }
      cursor.advance(pixel.size)
      isAscending = isAscending && pixel.column > last
      last = pixel.column
      total = bound.addingReportingOverflow(total).overflow ? .max : total + bound
      peak = max(peak, bound)
      if peak > limit { limit = ScalarType.narrowest(for: peak).greatestCount }
    }
    // A pixel that comes twice has the sum of both.
    if !isAscending {
      peak = max(peak, total)
      limit = max(limit, ScalarType.narrowest(for: peak).greatestCount)
    }
  }

  /// A count that no channel of a pixel exceeds, exact where it is above the limit; nil when the runs are not sound.
  @inline(__always)
  private mutating func bound(of pixel: PixelRecord, _ body: UnsafeRawPointer, _ limit: UInt64) -> UInt64? {
    var highest = -1
    unsafe pixel.forEachPulse(body) { highest = max(highest, $0) }
    var bound = UInt64(pixel.pulseCount)
    if pixel.packing == .runs {
      var greatest: UInt64 = 0
      let isSound = unsafe pixel.forEachRun(body) { run in
        var top = unsafe run.base &+ run.limit
        if unsafe top > limit || top < run.base || run.channel + run.count > channelCount {
          // Trailing zeros are no counts.
          top = 0
          unsafe run.forEachCount(in: 0..<run.count) { index, count in
            top = max(top, count)
            if count > 0 { highest = max(highest, unsafe run.channel + index) }
          }
        }
        greatest = max(greatest, top)
      }
      guard isSound else { return nil }
      bound = greatest.addingReportingOverflow(bound).overflow ? .max : greatest + bound
    }
    channelCount = max(channelCount, highest + 1)
    guard bound > limit, pixel.pulseCount > 0 else { return bound }
    // Pulses add to the runs and to each other where they meet, which only adding them up can tell.
    var counts: [UInt64] = []
    unsafe pixel.forEachPulse(body) { channel in
      if channel >= counts.count { counts.append(contentsOf: repeatElement(0, count: channel + 1 - counts.count)) }
      counts[channel] += 1
    }
    if pixel.packing == .runs {
      _ = unsafe pixel.forEachRun(body) { run in
        let missing = unsafe run.channel + run.count - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
        unsafe run.forEachCount(in: 0..<run.count) { unsafe counts[run.channel + $0] &+= $1 }
      }
    }
    return counts.max() ?? 0
  }
}
