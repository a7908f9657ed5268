internal import Foundation
internal import FoundationXML
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
    let builder = XMLTreeBuilder()
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    let isWhole = parser.parse()
    guard isWhole, builder.isSound, case .dictionary(let root) = builder.root, !root.isEmpty else {
      let reason = parser.parserError.map { $0.localizedDescription } ?? "it has no element"
      let problem = builder.isSound ? reason : "it is nested too deep"
      throw FormatError(
        format, file: file, offset: place, field: "XML, line \(parser.lineNumber)", "this is no sound XML: \(problem)",
        advice: "The file is damaged: copy it again from its source.")
    }
    return builder.root
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

private final class XMLTreeBuilder: NSObject, XMLParserDelegate {
  private struct Element {
    var name: String
    var entries: [String: MetadataTree]
    /// Elements of one name that repeat, gathered here so that a thousand of them cost no more than a thousand.
    var repeated: [String: [MetadataTree]] = [:]
    var text = ""
  }

  private var open = [Element(name: "", entries: [:])]
  private(set) var isSound = true

  var root: MetadataTree { Self.tree(of: open[0]) }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    guard open.count <= 200 else {
      isSound = false
      return parser.abortParsing()
    }
    let entries = attributes.map { ("@\($0.key)", MetadataTree.value(written: $0.value)) }
    open.append(Element(name: name, entries: Dictionary(entries, uniquingKeysWith: { first, _ in first })))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { open[open.count - 1].text += text }

  func parser(_ parser: XMLParser, foundCDATA block: Data) { open[open.count - 1].text += decodeText(block) }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard open.count > 1, let element = open.popLast() else { return }
    open[open.count - 1].repeated[element.name, default: []].append(Self.tree(of: element))
  }

  private static func tree(of element: Element) -> MetadataTree {
    let text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
    if element.entries.isEmpty, element.repeated.isEmpty {
      return element.name.isEmpty ? .empty : MetadataTree.value(written: text)
    }
    var entries = element.entries
    for (name, values) in element.repeated { entries[name] = values.count == 1 ? values[0] : .list(values) }
    if !text.isEmpty { entries["#text"] = MetadataTree.value(written: text) }
    return .dictionary(entries)
  }
}
