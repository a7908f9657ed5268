internal import Microscopy

extension MetadataTree {
  /// An XML document as a tree, complete.
  ///
  /// An element of text alone becomes that text, read as a number or a boolean where it is written as one and nothing would be
  /// lost. Attributes become entries of the same name with "@" before it; an element that has attributes or children keeps its
  /// text, where it has any, under "#text". Elements that repeat become a list. The root's own name is the one key of the result.
  ///
  /// - Parameter place: where the document begins in its file, for errors.
  /// - Throws: when it is no XML, or nested deeper than 200 elements.
  static func xml(_ bytes: [UInt8], at place: Int = 0, format: String, file: String) throws(FormatError) -> MetadataTree {
    var scanner = XMLScanner(bytes)
    do throws(XMLScanner.Unsound) {
      return try tree(&scanner)
    } catch {
      throw FormatError(
        format, file: file, offset: place + Self.start(ofLine: scanner.line, in: bytes), field: "XML, line \(scanner.line)",
        "this is no sound XML: \(error.reason)",
        advice: "The file is damaged: copy it again from its source.")
    }
  }

  /// Where a line begins, counted from 1; the scanner has read the text in another encoding.
  private static func start(ofLine line: Int, in bytes: [UInt8]) -> Int {
    var start = 0
    for _ in 1..<max(line, 1) {
      guard let end = bytes[start...].firstIndex(where: { $0 == 10 || $0 == 13 }) else { break }
      start = end + (bytes[end] == 13 && end + 1 < bytes.count && bytes[end + 1] == 10 ? 2 : 1)
    }
    return start
  }

  private static let greatestDepth = 200

  private static func tree(_ scanner: inout XMLScanner) throws(XMLScanner.Unsound) -> MetadataTree {
    var open = [XMLElement(name: "")]
    while let event = try scanner.next() {
      switch event {
      case .start(let name, let attributes):
        guard open.count > 1 || open[0].children.isEmpty else { throw .init(reason: "it has more than one root") }
        guard open.count <= greatestDepth else { throw .init(reason: "it is nested too deep") }
        let entries = attributes.map { ("@\($0.name)", MetadataTree.value(written: $0.value)) }
        open.append(XMLElement(name: name, entries: Dictionary(entries, uniquingKeysWith: { first, _ in first })))
      case .text(let text):
        // What stands beside the root is blank.
        if open.count > 1 { open[open.count - 1].text += text }
      case .end(let name):
        guard open.count > 1, let element = open.popLast(), element.name == name else {
          throw .init(reason: "</\(name)> ends what did not begin")
        }
        open[open.count - 1].children[name, default: []].append(element.tree)
      }
    }
    guard open.count == 1 else { throw .init(reason: "<\(open[open.count - 1].name)> has no end") }
    guard !open[0].children.isEmpty else { throw .init(reason: "it has no element") }
    return open[0].tree
  }

  /// A text as the value that it is written as: an integer, a real number, a boolean, else the text itself.
  ///
  /// A number stays a text where the number would not be written the same way again: "007", "+5", or one of 20 digits.
  static func value(written text: String) -> MetadataTree {
    if let number = Int64(text), String(number) == text { return .integer(number) }
    if text == "true" || text == "True" || text == "TRUE" { return .boolean(true) }
    if text == "false" || text == "False" || text == "FALSE" { return .boolean(false) }
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first), text.utf8.count < 40,
      text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }), let number = Double(text), number.isFinite
    else { return .text(text) }
    let hasLeadingZero = text.hasPrefix("0") && text.utf8.dropFirst().first.map { (48...57).contains($0) } ?? false
    let isWholeNumber = !text.utf8.contains { ".eE".utf8.contains($0) }
    return hasLeadingZero || isWholeNumber ? .text(text) : .real(number)
  }
}

/// An element while it is read.
private struct XMLElement {
  var name: String
  var entries: [String: MetadataTree] = [:]
  /// Gathered by name, so that a thousand that repeat cost no more than a thousand.
  var children: [String: [MetadataTree]] = [:]
  var text = ""

  var tree: MetadataTree {
    let text = trimmed
    if entries.isEmpty, children.isEmpty { return MetadataTree.value(written: text) }
    var entries = entries
    for (name, values) in children { entries[name] = values.count == 1 ? values[0] : .list(values) }
    if !text.isEmpty { entries["#text"] = MetadataTree.value(written: text) }
    return .dictionary(entries)
  }

  /// The text without blanks and ends of lines around it.
  private var trimmed: String {
    let isBlank = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) }) else {
      return ""
    }
    return String(text[first...last])
  }
}
