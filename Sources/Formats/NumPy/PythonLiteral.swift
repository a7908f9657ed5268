internal import Microscopy

/// Parses the Python literals that an .npy header is made of: dictionaries, tuples, lists, texts, whole numbers, booleans.
struct PythonLiteral {
  private let characters: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: String) {
    characters = Array(text.utf8)
  }

  /// The value of the whole text, or nil when it is anything else.
  mutating func parse() -> MetadataTree? {
    let value = parseValue()
    skipBlanks()
    return position == characters.count ? value : nil
  }

  private mutating func parseValue() -> MetadataTree? {
    skipBlanks()
    guard position < characters.count, depth < 16 else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch characters[position] {
    case UInt8(ascii: "{"): return parseDictionary()
    case UInt8(ascii: "("): return parseList(until: UInt8(ascii: ")"))
    case UInt8(ascii: "["): return parseList(until: UInt8(ascii: "]"))
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return parseText().map { .text($0) }
    default: return parseWord()
    }
  }

  private mutating func parseDictionary() -> MetadataTree? {
    position += 1
    var entries: [String: MetadataTree] = [:]
    while true {
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .dictionary(entries) }
      guard let key = parseText() else { return nil }
      skipBlanks()
      guard take(UInt8(ascii: ":")), let value = parseValue() else { return nil }
      entries[key] = value
      skipBlanks()
      if !take(UInt8(ascii: ",")), position >= characters.count || characters[position] != UInt8(ascii: "}") { return nil }
    }
  }

  private mutating func parseList(until end: UInt8) -> MetadataTree? {
    position += 1
    var items: [MetadataTree] = []
    while true {
      skipBlanks()
      if take(end) { return .list(items) }
      guard let value = parseValue() else { return nil }
      items.append(value)
      skipBlanks()
      if !take(UInt8(ascii: ",")), position >= characters.count || characters[position] != end { return nil }
    }
  }

  private mutating func parseText() -> String? {
    guard position < characters.count else { return nil }
    let quote = characters[position]
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    let start = position + 1
    guard let end = characters[start...].firstIndex(of: quote) else { return nil }
    position = end + 1
    return decodeText(characters[start..<end])
  }

  private mutating func parseWord() -> MetadataTree? {
    let start = position
    while position < characters.count, !" ,)]}:\n\t".utf8.contains(characters[position]) { position += 1 }
    let word = decodeText(characters[start..<position])
    switch word {
    case "True": return .boolean(true)
    case "False": return .boolean(false)
    case "None": return .null
    default:
      // Python 2 wrote long integers as 24L.
      return Int64(word.hasSuffix("L") ? String(word.dropLast()) : word).map { .integer($0) }
    }
  }

  private mutating func take(_ character: UInt8) -> Bool {
    guard position < characters.count, characters[position] == character else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < characters.count, " \t\r\n".utf8.contains(characters[position]) { position += 1 }
  }
}
