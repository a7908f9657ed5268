/// Goes through an XML document from its beginning: the start of an element, text, the end of an element.
///
/// It checks nesting and syntax as far as a tree needs it, and follows nothing: a document type is passed over, entities but
/// the five of XML and those of a number stay as they are written. Text in UTF-8, UTF-16, Windows-1252 or Latin-1.
struct XMLScanner {
  enum Event: Equatable {
    case start(String, attributes: [Attribute])
    case text(String)
    case end(String)
  }

  struct Attribute: Equatable {
    var name: String
    var value: String
  }

  /// Why a document cannot be read.
  struct Unsound: Error {
    var reason: String
  }

  /// UTF-8 in which every line ends with a line feed.
  private let bytes: [UInt8]
  private var position = 0
  /// The name of an element that was ended where it began.
  private var pendingEnd: String?
  private let isClean: Bool

  init(_ document: [UInt8]) {
    let text = Self.utf8(document)
    isClean = !text.contains { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 }
    bytes = text.contains(13) ? Self.withLineFeeds(text) : text
  }

  /// The line that is read, from 1 on.
  var line: Int { bytes[..<min(position, bytes.count)].reduce(1) { $1 == 10 ? $0 + 1 : $0 } }

  /// What comes next; nil at the end of the document.
  mutating func next() throws(Unsound) -> Event? {
    guard isClean else { throw Unsound(reason: "it holds bytes that are no text") }
    if let name = pendingEnd {
      pendingEnd = nil
      return .end(name)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        let end = find(UInt8(ascii: "<"), from: position) ?? bytes.count
        defer { position = end }
        return .text(text(position..<end))
      }
      if starts("<!--") {
        position = try end(of: "-->", from: position + 4, "a comment")
      } else if starts("<![CDATA[") {
        let start = position + 9
        position = try end(of: "]]>", from: start, "a CDATA section")
        return .text(String(decoding: bytes[start..<position - 3], as: UTF8.self))
      } else if starts("<?") {
        position = try end(of: "?>", from: position + 2, "a processing instruction")
      } else if starts("<!") {
        try skipDeclaration()
      } else if starts("</") {
        position += 2
        let name = try name()
        skipBlanks()
        try take(UInt8(ascii: ">"))
        return .end(name)
      } else {
        position += 1
        return try start()
      }
    }
    return nil
  }

  private mutating func start() throws(Unsound) -> Event {
    let name = try name()
    var attributes: [Attribute] = []
    while true {
      skipBlanks()
      guard position < bytes.count else { throw Unsound(reason: "it ends within <\(name)>") }
      switch bytes[position] {
      case UInt8(ascii: ">"):
        position += 1
        return .start(name, attributes: attributes)
      case UInt8(ascii: "/"):
        position += 1
        try take(UInt8(ascii: ">"))
        pendingEnd = name
        return .start(name, attributes: attributes)
      default:
        let key = try self.name()
        skipBlanks()
        try take(UInt8(ascii: "="))
        skipBlanks()
        guard position < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[position]),
          let end = find(bytes[position], from: position + 1)
        else { throw Unsound(reason: "the attribute \(key) has no value in quotes") }
        guard !bytes[position + 1..<end].contains(UInt8(ascii: "<")) else {
          throw Unsound(reason: "the attribute \(key) has no end")
        }
        attributes.append(Attribute(name: key, value: text(position + 1..<end)))
        position = end + 1
      }
    }
  }

  private mutating func name() throws(Unsound) -> String {
    let start = position
    while position < bytes.count, Self.isInName(bytes[position]) { position += 1 }
    guard position > start, position - start <= 1024 else { throw Unsound(reason: "a name is missing") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x80..., UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == 32 || bytes[position] == 9 || bytes[position] == 10 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) throws(Unsound) {
    guard position < bytes.count, bytes[position] == byte else {
      throw Unsound(reason: "'\(Unicode.Scalar(byte))' is missing")
    }
    position += 1
  }

  /// A document type, with what it declares within brackets.
  private mutating func skipDeclaration() throws(Unsound) {
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "<"):
        if starts("<!--") {
          position = try end(of: "-->", from: position + 4, "a comment")
          continue
        }
        depth += 1
      case UInt8(ascii: ">"):
        depth -= 1
        if depth == 0 {
          position += 1
          return
        }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = find(bytes[position], from: position + 1) else { throw Unsound(reason: "a quote has no end") }
        position = end
      default: break
      }
      position += 1
    }
    throw Unsound(reason: "a declaration has no end")
  }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { unsafe bytes[position...].starts(with: $0) }
  }

  private func find(_ byte: UInt8, from start: Int) -> Int? {
    start < bytes.count ? bytes[start...].firstIndex(of: byte) : nil
  }

  /// Where what follows a mark begins.
  private func end(of mark: String, from start: Int, _ what: String) throws(Unsound) -> Int {
    let mark = Array(mark.utf8)
    var place = start
    while let first = find(mark[0], from: place) {
      if bytes[first...].starts(with: mark) { return first + mark.count }
      place = first + 1
    }
    throw Unsound(reason: "\(what) has no end")
  }

  /// A part of the document with its entities as what they stand for.
  private func text(_ range: Range<Int>) -> String {
    let part = bytes[range]
    guard part.contains(UInt8(ascii: "&")) else { return String(decoding: part, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(part.count)
    var place = range.lowerBound
    while place < range.upperBound {
      // No entity that is known is longer.
      if bytes[place] == UInt8(ascii: "&"),
        let end = bytes[place..<min(place + 12, range.upperBound)].firstIndex(of: UInt8(ascii: ";")),
        let scalar = Self.scalar(bytes[place + 1..<end])
      {
        result += Array(String(scalar).utf8)
        place = end + 1
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func scalar(_ entity: ArraySlice<UInt8>) -> Unicode.Scalar? {
    let text = String(decoding: entity, as: UTF8.self)
    switch text {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard text.hasPrefix("#") else { return nil }
      let isHexadecimal = text.hasPrefix("#x")
      let number = UInt32(text.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
      return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }
  }
}

extension XMLScanner {
  /// The document in UTF-8, without a mark of its byte order, and without the zeros that some programs leave behind it.
  private static func utf8(_ document: [UInt8]) -> [UInt8] {
    if document.starts(with: [0xFF, 0xFE]) || document.starts(with: [0x3C, 0]) { return utf16(document, .little) }
    if document.starts(with: [0xFE, 0xFF]) || document.starts(with: [0, 0x3C]) { return utf16(document, .big) }
    var text = document[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    while text.count > 1, text.last == 0 { text.removeLast() }
    let isASCII = text.allSatisfy { $0 < 0x80 }
    if isASCII { return Array(text) }
    let head = String(decoding: text.prefix(200), as: UTF8.self).uppercased()
    let isWindows = head.hasPrefix("<?XML") && (head.contains("WINDOWS-125") || head.contains("8859"))
    if !isWindows, String(validating: text, as: UTF8.self) != nil { return Array(text) }
    let scalars = text.map { byte in (0x80..<0xA0).contains(byte) ? windows1252[Int(byte) - 0x80] : Unicode.Scalar(byte) }
    return Array(String(String.UnicodeScalarView(scalars)).utf8)
  }

  private static func utf16(_ document: [UInt8], _ byteOrder: ByteOrder) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(document.count / 2)
    for index in stride(from: 0, to: document.count - 1, by: 2) {
      let (first, second) = (UInt16(document[index]), UInt16(document[index + 1]))
      units.append(byteOrder == .little ? second << 8 | first : first << 8 | second)
    }
    if units.first == 0xFEFF { units.removeFirst() }
    while units.count > 1, units.last == 0 { units.removeLast() }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private static func withLineFeeds(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (index, byte) in text.enumerated() {
      if byte != 13 {
        result.append(byte)
      } else if index + 1 == text.count || text[index + 1] != 10 {
        result.append(10)
      }
    }
    return result
  }

  /// What Windows-1252 has where Latin-1 has controls; the five that it leaves out are those controls.
  private static let windows1252: [Unicode.Scalar] = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}
