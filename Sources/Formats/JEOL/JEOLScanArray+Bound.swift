internal import Synchronization

extension JEOLScanArray {
  /// Pixels whose spectra are counted at a time.
  private static let spectraTogether = 128

  /// Bands of rows whose pixels have room for a megabyte of numbers.
  private var bands: [Range<Int>] {
    let size = max(1, (1 << 18) / scan.grid.width)
    return stride(from: 0, to: scan.grid.height, by: size).map { $0..<min(scan.grid.height, $0 + size) }
  }

  /// The X-rays of every pixel of some rows, over some frames.
  private func totals(_ rows: Range<Int>, _ group: [Int]) throws(FormatError) -> [UInt32] {
    let window = JEOLScan.Window(rows: rows, columns: 0..<scan.grid.width)
    var failure: FormatError?
    let totals = unsafe [UInt32](unsafeUninitializedCapacity: window.pixelCount) { buffer, initialized in
      unsafe buffer.initialize(repeating: 0)
      guard let base = buffer.baseAddress else { return }
      do throws(FormatError) {
        for index in group {
          unsafe try scan.addTotals(frame: frames[index], shift: shifts[index], window, to: base)
        }
        initialized = window.pixelCount
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return totals
  }

  /// A number that has the same type as the greatest count of a pixel and channel, over some frames.
  func greatestCount(_ group: [Int]) throws(FormatError) -> UInt32 {
    let bands = bands
    let width = scan.grid.width
    let pixels = Mutex<[UInt32]>(Array(repeating: 0, count: scan.grid.height))
    try concurrently(bands.count) { band throws(FormatError) in
      let totals = try totals(bands[band], group)
      let most = (0..<bands[band].count).map { totals[$0 * width..<($0 + 1) * width].max() ?? 0 }
      pixels.withLock { $0.replaceSubrange(bands[band], with: most) }
    }
    let most = pixels.withLock { $0 }
    let bound = most.max() ?? 0
    guard bound > UInt8.max else { return bound }
    // No count is greater than the events of its pixel: one above 255 decides, unless 65,535 are possible too.
    let enough: UInt32 = bound <= UInt16.max ? UInt32(UInt8.max) : UInt32(UInt16.max)
    let greatest = Mutex<UInt32>(0)
    try concurrently(scan.grid.height) { row throws(FormatError) in
      guard most[row] > UInt8.max, greatest.withLock({ $0 <= enough }) else { return }
      let totals = try totals(row..<row + 1, group)
      for first in stride(from: 0, to: totals.count, by: Self.spectraTogether) {
        let columns = first..<min(totals.count, first + Self.spectraTogether)
        guard totals[columns].contains(where: { $0 > UInt8.max }) else { continue }
        let found = try greatestCount(group, row, columns)
        if greatest.withLock({
          $0 = max($0, found)
          return $0 > enough
        }) {
          return
        }
      }
    }
    return greatest.withLock { $0 }
  }

  private func greatestCount(_ group: [Int], _ row: Int, _ columns: Range<Int>) throws(FormatError) -> UInt32 {
    let window = JEOLScan.Window(rows: row..<row + 1, columns: columns)
    let counts = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: columns.count * Self.channelCount)
    defer { unsafe counts.deallocate() }
    unsafe counts.initialize(repeating: 0)
    guard let base = counts.baseAddress else { return 0 }
    for index in group {
      unsafe try scan.addCounts(
        frame: frames[index], shift: shifts[index], window, channels: 0..<Self.channelCount, to: base)
    }
    return unsafe counts.max() ?? 0
  }
}

extension JEOLScanArray {
  /// The X-rays of all frames that fall into the scan.
  func totalCount() throws(FormatError) -> Int {
    let sum = Mutex(0)
    let group = Array(frames.indices)
    let bands = bands
    try concurrently(bands.count) { band throws(FormatError) in
      let total = try totals(bands[band], group).reduce(0) { $0 + Int($1) }
      sum.withLock { $0 += total }
    }
    return sum.withLock { $0 }
  }
}
