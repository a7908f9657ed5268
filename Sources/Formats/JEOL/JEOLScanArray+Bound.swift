internal import Microscopy
internal import Synchronization

extension JEOLScanArray {
  /// Bytes of spectra that are counted at a time.
  private static let countedTogether = 4 << 20

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

  /// The smallest unsigned type that holds every count of a pixel and channel, over some frames.
  func typeOfCounts(_ group: [Int]) throws(FormatError) -> ScalarType {
    let bands = bands
    let width = scan.grid.width
    let pixels = Mutex<[UInt32]>(Array(repeating: 0, count: scan.grid.height))
    try concurrently(bands.count) { band throws(FormatError) in
      let totals = try totals(bands[band], group)
      let most = (0..<bands[band].count).map { totals[$0 * width..<($0 + 1) * width].max() ?? 0 }
      pixels.withLock { $0.replaceSubrange(bands[band], with: most) }
    }
    // No count is greater than the number of events of its pixel.
    let most = pixels.withLock { $0 }
    guard try hasCount(greaterThan: UInt8.self, group, most) else { return .uint8 }
    return try hasCount(greaterThan: UInt16.self, group, most) ? .uint32 : .uint16
  }

  /// Whether a channel of a pixel has more events than a type of numbers can count.
  ///
  /// - Parameter most: the events of the pixel of each row that has the most.
  private func hasCount<Count: FixedWidthInteger & UnsignedInteger & Sendable>(
    greaterThan type: Count.Type, _ group: [Int], _ most: [UInt32]
  ) throws(FormatError) -> Bool {
    let rows = most.indices.filter { most[$0] > Count.max }
    let isFound = Atomic(false)
    try concurrently(rows.count) { number throws(FormatError) in
      let columns = max(1, Self.countedTogether / Self.channelCount / MemoryLayout<Count>.size)
      for first in stride(from: 0, to: scan.grid.width, by: columns) where !isFound.load(ordering: .relaxed) {
        let window = JEOLScan.Window(
          rows: rows[number]..<rows[number] + 1, columns: first..<min(scan.grid.width, first + columns))
        if try doesWrap(window, group, Count.self) { isFound.store(true, ordering: .relaxed) }
      }
    }
    return isFound.load(ordering: .relaxed)
  }

  /// Whether counting the events of a window in numbers of a type passes their end.
  private func doesWrap<Count: FixedWidthInteger>(
    _ window: JEOLScan.Window, _ group: [Int], _ type: Count.Type
  ) throws(FormatError) -> Bool {
    let counts = UnsafeMutableBufferPointer<Count>.allocate(capacity: window.pixelCount * Self.channelCount)
    defer { unsafe counts.deallocate() }
    unsafe counts.initialize(repeating: 0)
    guard let base = counts.baseAddress else { return false }
    var wraps = false
    for index in group where !wraps {
      try scan.visit(JEOLEventIndex.xRayEvent, frame: frames[index], shift: shifts[index], window) { pixel, channel in
        let place = pixel * Self.channelCount + channel
        unsafe base[place] &+= 1
        if unsafe base[place] == 0 { wraps = true }
      }
    }
    return wraps
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
