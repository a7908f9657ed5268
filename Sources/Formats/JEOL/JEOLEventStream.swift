/// The 16-bit words of a .pts file's events.
struct JEOLEventStream: Sendable {
  let file: FileBytes
  /// Bytes before the first word.
  let offset: Int
  let wordCount: Int

  /// - Parameter offset: up to where the file is known to reach.
  init(_ file: FileBytes, offset: Int) {
    self.file = file
    self.offset = offset
    wordCount = max(0, (file.size - offset) / 2)
  }

  private static let pieceLength = 1 << 19

  /// Visits the words of a range in pieces of at most a megabyte.
  func read(
    _ range: Range<Int>, _ visit: (_ words: UnsafeBufferPointer<UInt16>, _ first: Int) -> Void
  ) throws(FormatError) {
    guard !range.isEmpty else { return }
    let scratch = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: min(range.count, Self.pieceLength))
    defer { unsafe scratch.deallocate() }
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceLength) {
      let count = min(Self.pieceLength, range.upperBound - first)
      let words = unsafe UnsafeMutableBufferPointer(rebasing: scratch[..<count])
      unsafe try file.read(offset + 2 * first, into: UnsafeMutableRawBufferPointer(words))
      if ByteOrder.native == .big { unsafe swapBytes(UnsafeMutableRawBufferPointer(words), width: 2) }
      unsafe visit(UnsafeBufferPointer(words), first)
    }
  }

  func error(at word: Int, _ problem: String) -> FormatError {
    FormatError(
      file.format, file: file.path, offset: min(offset + 2 * word, file.size), field: "events", problem,
      advice: "The file is damaged: copy it again from its source.")
  }
}
