/// The event stream of a scan with its index: adds events of chosen frames into the pixels of a box.
struct JEOLScan: Sendable {
  let stream: JEOLEventStream
  var grid: JEOLScanGrid
  let index: JEOLEventIndex

  /// Pixels that a frame is moved by before it is added.
  struct Shift: Hashable, Sendable {
    var y = 0
    var x = 0
  }

  /// Part of the scan, in pixels of the result.
  struct Window: Sendable {
    var rows: Range<Int>
    var columns: Range<Int>

    var pixelCount: Int { rows.count * columns.count }
  }

  /// Visits the events of one kind that fall into a window, in the order of the stream.
  ///
  /// - Parameter visit: is given the pixel, counted in the window along its rows, and the value of the event.
  @inline(__always)
  func visit(
    _ kind: UInt16, frame number: Int, shift: Shift, _ window: Window, _ visit: (_ pixel: Int, _ value: Int) -> Void
  ) throws(FormatError) {
    let frame = index.frames[number]
    let top = window.rows.lowerBound - shift.y
    let wanted = max(0, top)..<max(0, top, min(grid.height, window.rows.upperBound - shift.y))
    guard !wanted.isEmpty, !window.columns.isEmpty,
      let part = index.words(of: frame, rows: wanted, { [rows = grid.rows] mark in Int(rows[Int(mark)]) })
    else { return }
    let width = window.columns.count
    let height = window.rows.count
    let left = window.columns.lowerBound - shift.x
    // A row and a column in the window; the pixel is -1 when one of them lies outside.
    var row = Int(grid.rows[part.y]) - top
    var column = Int(grid.columns[part.x]) - left
    let columns = grid.columns.span
    let rows = grid.rows.span
    func pixel() -> Int {
      UInt(bitPattern: row) < UInt(height) && UInt(bitPattern: column) < UInt(width) ? row * width + column : -1
    }
    var place = pixel()
    unsafe try stream.read(part.words) { words, _ in
      for index in 0..<words.count {
        let word = unsafe words[index]
        let value = Int(word & 0xFFF)
        let wordKind = word >> 12
        if wordKind == kind {
          if place >= 0 { visit(place, value) }
        } else if wordKind == JEOLEventIndex.xMark {
          column = Int(unsafe columns[unchecked: value]) - left
          place = pixel()
        } else if wordKind == JEOLEventIndex.yMark {
          row = Int(unsafe rows[unchecked: value]) - top
          place = pixel()
        }
      }
    }
  }

  /// Adds the X-rays of a frame to a cube of a window's pixels and channels.
  func addCounts<Count: FixedWidthInteger>(
    frame: Int, shift: Shift, _ window: Window, channels: Range<Int>, to counts: UnsafeMutablePointer<Count>
  ) throws(FormatError) {
    let channelCount = channels.count
    let first = channels.lowerBound
    try visit(JEOLEventIndex.xRayEvent, frame: frame, shift: shift, window) { pixel, channel in
      let index = channel - first
      guard UInt(bitPattern: index) < UInt(channelCount) else { return }
      unsafe counts[pixel * channelCount + index] &+= 1
    }
  }

  /// Adds the number of a frame's X-rays, of any channel, to a window's pixels.
  func addTotals(
    frame: Int, shift: Shift, _ window: Window, to totals: UnsafeMutablePointer<UInt32>
  ) throws(FormatError) {
    try visit(JEOLEventIndex.xRayEvent, frame: frame, shift: shift, window) { pixel, _ in unsafe totals[pixel] &+= 1 }
  }

  /// Adds the image of a frame to a window's pixels.
  func addImage<Value: FixedWidthInteger>(
    frame: Int, shift: Shift, _ window: Window, to image: UnsafeMutablePointer<Value>
  ) throws(FormatError) {
    try visit(JEOLEventIndex.imageEvent, frame: frame, shift: shift, window) { pixel, value in
      unsafe image[pixel] &+= Value(truncatingIfNeeded: value)
    }
  }
}
