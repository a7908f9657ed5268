internal import Microscopy

extension MetadataTree {
  /// Parses JSON (RFC 8259) of any kind of value; integers that fit stay integers.
  ///
  /// Nil where the text is no JSON, or is nested deeper than `maximalJSONDepth`. What follows the value must be blank or zero
  /// bytes, with which some writers fill their fields. A key given twice keeps its last value.
  init?(json bytes: some Collection<UInt8>) {
    var parser = JSONParser(bytes: Array(bytes))
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  static let maximalJSONDepth = 64

  /// A finite number, also one that is written as text, as some vendors do.
  var numeric: Double? { (number ?? text.flatMap(Double.init)).flatMap { $0.isFinite ? $0 : nil } }
}

private struct JSONParser {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return bytes[position...].allSatisfy { $0 == 0 || $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
    }
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let text = word.description.utf8
    guard bytes[position...].starts(with: text) else { return false }
    position += text.count
    return true
  }

  mutating func value(depth: Int) -> MetadataTree? {
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return depth < MetadataTree.maximalJSONDepth ? dictionary(depth: depth) : nil
    case UInt8(ascii: "["): return depth < MetadataTree.maximalJSONDepth ? list(depth: depth) : nil
    case UInt8(ascii: "\""): return string().map(MetadataTree.text)
    case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return number()
    }
  }

  private mutating func dictionary(depth: Int) -> MetadataTree? {
    position += 1
    var values: [String: MetadataTree] = [:]
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .dictionary(values) }
    while true {
      skipBlanks()
      guard let key = string() else { return nil }
      skipBlanks()
      guard take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else { return nil }
      values[key] = value
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .dictionary(values) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func list(depth: Int) -> MetadataTree? {
    position += 1
    var values: [MetadataTree] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .list(values) }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .list(values) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func number() -> MetadataTree? {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
    guard position > start else { return nil }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    if let unsigned = UInt64(text) { return .unsigned(unsigned) }
    return Double(text).map(MetadataTree.real)
  }

  private mutating func string() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
    if next == UInt8(ascii: "\"") {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var units = Array(String(decoding: bytes[start..<position], as: UTF8.self).utf16)
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF16.self)
      case UInt8(ascii: "\\"):
        guard let unit = escaped() else { return nil }
        units.append(unit)
      default:
        let run = position - 1
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
        units += String(decoding: bytes[run..<position], as: UTF8.self).utf16
      }
    }
    return nil
  }

  /// The UTF-16 unit that follows a backslash.
  private mutating func escaped() -> UInt16? {
    guard let byte = next else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
    case UInt8(ascii: "u"):
      guard position + 4 <= bytes.count else { return nil }
      defer { position += 4 }
      return UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    default: return nil
    }
  }
}
