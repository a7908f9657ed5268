internal import Foundation

/// The lines of a text file, whatever ends them, each with its place in the file.
struct TextLines: Sequence {
  struct Line {
    /// Bytes from the beginning of the file.
    var offset: Int
    /// Without blanks at its ends.
    var text: String
  }

  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func makeIterator() -> AnyIterator<Line> {
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return AnyIterator {
      guard position < bytes.count else { return nil }
      let end = bytes[position...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
      defer { position = end + 1 }
      return Line(
        offset: position, text: decodeText(bytes[position..<end]).trimmingCharacters(in: .whitespaces))
    }
  }
}
