internal import Microscopy

/// Reads a tree of tags of Analysis Station.
///
/// A tag begins with the byte 1, its name (its length in 4 bytes, then text that ends with a zero), the number of its type
/// and the length of its value, 4 bytes each, and its value; the tags inside it follow, and the byte 255 ends it. One more
/// 255, or the end of the file, ends the tree. Types 1 to 5 are numbers (unsigned byte, unsigned 16 bits, signed 32 bits,
/// two kinds of reals), 6 to 10 arrays of those, 11 a truth value, 12 and 20 text, 13 texts that zeros part, 14 the number
/// of a choice among the tags inside. (Found out by A. Delmotte and the developers of HyperSpy.)
struct JEOLTagReader {
  static let maximalDepth = 64
  static let maximalTagCount = 1 << 18
  private static let maximalNameLength = 4096
  /// Bytes of one value that are kept as metadata; longer arrays stay in the file.
  static let maximalValueLength = 1 << 16
  /// Bytes of all values that are kept as metadata.
  private static let maximalLength = 8 << 20
  private static let windowSize = 1 << 16

  private let file: FileBytes
  private let end: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  private var position: Int
  private var tagCount = 0
  private var length = 0

  /// The tree that begins at a place and ends before another; a tag without a name holds it.
  static func read(_ file: FileBytes, at start: Int, before end: Int) throws(FormatError) -> JEOLTag {
    var reader = JEOLTagReader(file, at: start, before: end)
    return try reader.readTree()
  }

  private init(_ file: FileBytes, at start: Int, before end: Int) {
    self.file = file
    self.end = min(end, file.size)
    position = start
  }

  private mutating func readTree() throws(FormatError) -> JEOLTag {
    guard position >= 0, position < end else { throw error("there is no place for tags before byte \(end)") }
    var open = [JEOLTag(name: "", offset: position)]
    while true {
      // Some trees end with the file.
      if position == end, open.count == 1 { return open[0] }
      let mark = try take(1, "tag").first ?? 0
      switch mark {
      case 1:
        guard open.count < Self.maximalDepth else { throw error("tags are nested deeper than \(Self.maximalDepth) levels") }
        open.append(try readTag())
      case 255:
        let closed = open.removeLast()
        guard let last = open.indices.last else { return closed }
        open[last].children.append(closed)
      case 0 where open.count == 1: return open[0]
      default:
        position -= 1
        throw error("\(mark) neither begins a tag (1) nor ends one (255)")
      }
    }
  }

  private mutating func readTag() throws(FormatError) -> JEOLTag {
    tagCount += 1
    guard tagCount <= Self.maximalTagCount else { throw error("there are more than \(Self.maximalTagCount) tags") }
    let start = position - 1
    let nameLength = try integer("length of a name")
    guard nameLength <= Self.maximalNameLength else { throw error("a name of \(nameLength) bytes is not possible") }
    var tag = JEOLTag(name: Self.name(try take(nameLength, "name")), offset: start)
    let type = try integer("type of '\(tag.name)'")
    let count = try integer("length of '\(tag.name)'")
    guard count <= end - position else {
      throw error("tag '\(tag.name)' needs \(count) bytes and \(end - position) are left")
    }
    guard type != 0 else {
      position += count
      return tag
    }
    let number = Self.number(type)
    if let number, (6...10).contains(type) {
      tag.array = JEOLArray(type: number, count: count / number.size, offset: position)
    }
    guard count <= Self.maximalValueLength, length + count <= Self.maximalLength else {
      if tag.array == nil { tag.value = .text("\(count) bytes at byte \(position), of type \(type)") }
      position += count
      return tag
    }
    length += count
    let bytes = try take(count, tag.name)
    switch type {
    case 12, 13, 20: tag.value = Self.texts(bytes)
    case 14: tag.isChoice = true
    default: break
    }
    if tag.value == nil {
      tag.value = number.map { Self.numbers(bytes, $0) } ?? .text("type \(type): " + Self.hexadecimal(bytes))
    }
    // "PARAMPAGE0" with the value "SEM".
    if tag.name.dropLast().hasSuffix("PAGE"), let text = tag.value?.text {
      tag.name += "_\(text)"
      tag.value = nil
    }
    return tag
  }

  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = Array(bytes)
    while bytes.last == 0 { bytes.removeLast() }
    // Half a character has slipped behind some names.
    if bytes.last == 0xDE { bytes.removeLast() }
    // "Port", in katakana of half width.
    if bytes == [0xCE, 0xDF, 0xB0, 0xC4] { return "Port" }
    return JEOLText.decode(bytes)
  }

  private static func number(_ type: Int) -> ScalarType? {
    switch type {
    case 1, 6: .uint8
    case 2, 7, 14: .uint16
    case 3, 8: .int32
    case 4, 9: .float32
    case 5, 10: .float64
    case 11, 65_552, 65_553: .bool
    default: nil
    }
  }

  private static func numbers(_ bytes: ArraySlice<UInt8>, _ type: ScalarType) -> MetadataTree {
    let places = stride(from: bytes.startIndex, through: bytes.endIndex - type.size, by: type.size)
    let values = places.map { (place) -> MetadataTree in
      let bits = bytes[place..<place + type.size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch type {
      case .bool: .boolean(bits != 0)
      case .int32: .integer(Int64(Int32(truncatingIfNeeded: bits)))
      case .float32: .real(JEOLText.shortest(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))))
      case .float64: .real(Double(bitPattern: bits))
      default: .integer(Int64(truncatingIfNeeded: bits))
      }
    }
    return values.count == 1 ? values[0] : .list(values)
  }

  private static func texts(_ bytes: ArraySlice<UInt8>) -> MetadataTree {
    var bytes = bytes
    while bytes.last == 0 { bytes.removeLast() }
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map { MetadataTree.text(JEOLText.decode($0)) }
    return parts.count == 1 ? parts[0] : .list(parts)
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.prefix(256).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private mutating func integer(_ field: String) throws(FormatError) -> Int {
    let value = try take(4, field).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard let integer = Int32(exactly: value) else { throw error("\(field): \(value) is not possible") }
    return Int(integer)
  }

  private mutating func take(_ count: Int, _ field: String) throws(FormatError) -> ArraySlice<UInt8> {
    guard count <= end - position else { throw error("\(field): \(count) bytes are needed and \(end - position) are left") }
    if position < windowStart || position + count > windowStart + window.count {
      windowStart = position
      window = try file.read(upTo: max(count, Self.windowSize), from: position)
    }
    let start = position - windowStart
    guard start + count <= window.count else { throw error("\(field): the file became shorter while it was read") }
    position += count
    return window[start..<start + count]
  }

  private func error(_ problem: String) -> FormatError {
    FormatError(
      file.format, file: file.path, offset: max(0, min(position, file.size)), problem,
      advice: "The file is cut short or damaged: copy it again from its source.")
  }
}
