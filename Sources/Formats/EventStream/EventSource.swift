/// Events of 16 bits each, one after the other, that are read a piece at a time.
protocol EventSource: Sendable {
  /// The number of values.
  var count: Int { get }

  /// Values that are read at a time; a piece begins at a multiple of it.
  var pieceCount: Int { get }

  /// The values of a range within `0..<count`, two bytes each in native byte order.
  ///
  /// May be called from several threads at once.
  func read(_ range: Range<Int>) throws(FormatError) -> [UInt8]
}

extension EventSource {
  /// 1 MB of values.
  static var usualPieceCount: Int { 1 << 19 }
  var pieceCount: Int { Self.usualPieceCount }

  /// Visits the values of a range in pieces, in order, until `visit` answers false.
  func forEachPiece(
    of range: Range<Int>, _ visit: (_ start: Int, _ values: UnsafeBufferPointer<UInt16>) -> Bool
  ) throws(FormatError) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, (start / pieceCount + 1) * pieceCount)
      let bytes = try read(start..<end)
      let goesOn = unsafe bytes.withUnsafeBytes { bytes in
        unsafe visit(start, bytes.bindMemory(to: UInt16.self))
      }
      guard goesOn else { return }
      start = end
    }
  }
}

/// Events that are held in memory.
struct MemoryEvents: EventSource {
  let bytes: [UInt8]

  var count: Int { bytes.count / 2 }

  func read(_ range: Range<Int>) -> [UInt8] { Array(bytes[range.lowerBound * 2..<range.upperBound * 2]) }
}

/// Events in a file of nothing else.
struct FileEvents: EventSource {
  let bytes: FileBytes

  var count: Int { bytes.size / 2 }

  func read(_ range: Range<Int>) throws(FormatError) -> [UInt8] { try bytes.read(range.lowerBound * 2, range.count * 2) }
}
