internal import Microscopy

/// Reads the tags of a DigitalMicrograph 3 or 4 file and passes over its large arrays.
///
/// The layout was found out by C. B. Boothroyd and G. Jefferis: numbers that describe tags are big-endian, four bytes in
/// version 3 and eight in version 4; the data of tags has the byte order that the header names. Whatever a damaged file
/// says of lengths, counts and depth, memory stays within a bound and the end of the file is never passed.
struct GatanTagReader {
  static let maximalDepth = 64
  static let maximalTagCount = 1 << 20
  /// Numbers of one array that are kept as metadata.
  static let maximalArrayCount = 1 << 18
  /// Numbers of all arrays of a file that are kept as metadata.
  static let maximalElementCount = 1 << 20
  private static let windowSize = 1 << 16

  private let file: FileBytes
  private var window: [UInt8] = []
  private var windowStart = 0
  private var position = 0
  private var tagCount = 0
  private var elementCount = 0
  private(set) var version = 0
  private(set) var byteOrder = ByteOrder.little

  /// The whole tree of a file, and the byte order of its data.
  static func read(_ file: FileBytes) throws(FormatError) -> (root: GatanTagGroup, byteOrder: ByteOrder) {
    var reader = GatanTagReader(file)
    let root = try reader.readFile()
    return (root, reader.byteOrder)
  }

  private init(_ file: FileBytes) { self.file = file }

  /// Whether the first bytes of a file are a header of version 3 or 4.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 24, bytes[0...2] == [0, 0, 0] else { return false }
    switch bytes[3] {
    case 3: return bytes[8...10] == [0, 0, 0] && bytes[11] <= 1 && bytes[12] <= 1 && bytes[13] <= 1
    case 4: return bytes[12...14] == [0, 0, 0] && bytes[15] <= 1 && bytes[16] <= 1 && bytes[17] <= 1
    default: return false
    }
  }

  private mutating func readFile() throws(FormatError) -> GatanTagGroup {
    version = Int(unsigned(try take(4, "version")))
    guard version == 3 || version == 4 else {
      throw error("version \(version) is not known", "Files of versions 3 and 4 (.dm3, .dm4) can be read.")
    }
    _ = try word("file size")
    let order = unsigned(try take(4, "byte order"))
    guard order <= 1 else { throw error("the byte order \(order) is neither 0 (big) nor 1 (little)") }
    byteOrder = order == 1 ? .little : .big
    return try readGroup(depth: 0)
  }

  private mutating func readGroup(depth: Int) throws(FormatError) -> GatanTagGroup {
    guard depth < Self.maximalDepth else { throw error("tags are nested deeper than \(Self.maximalDepth) levels") }
    let start = position
    _ = try take(2, "tag directory")
    let count = try size("number of tags")
    // The smallest tag, with an empty name, takes three bytes and its contents.
    guard count <= (file.size - position) / 3 else {
      throw error("a directory of \(count) tags does not fit into the \(file.size - position) bytes left")
    }
    var entries: [GatanTagGroup.Entry] = []
    for _ in 0..<count {
      let kind = try take(1, "tag").first ?? 0
      // Kind 0 is the end of the file, which some writers put before the announced number of tags.
      if kind == 0, depth == 0 { break }
      guard kind == 20 || kind == 21 else { throw error("kind \(kind) is neither a tag (21) nor a directory (20)") }
      tagCount += 1
      guard tagCount <= Self.maximalTagCount else { throw error("there are more than \(Self.maximalTagCount) tags") }
      let name = decodeText(try take(Int(unsigned(try take(2, "length of a name"))), "name"))
      var end: Int?
      if version == 4 {
        let length = try size("length of tag '\(name)'")
        end = position.addingReportingOverflow(length).partialValue
      }
      let tag: GatanTag = kind == 20 ? .group(try readGroup(depth: depth + 1)) : try readData(name, end: end)
      entries.append(.init(name: name, tag: tag))
    }
    return GatanTagGroup(entries: entries, offset: start)
  }

  private mutating func readData(_ name: String, end: Int?) throws(FormatError) -> GatanTag {
    guard Array(try take(4, name)) == Array("%%%%".utf8) else { throw error("tag '\(name)' does not begin with %%%%") }
    let length = try size("definition of '\(name)'")
    guard length >= 1, length <= 4096 else { throw error("tag '\(name)' has a definition of \(length) numbers") }
    var definition: [UInt64] = []
    for _ in 0..<length { definition.append(try word(name)) }
    var rest = definition[...]
    guard let type = Self.type(&rest, depth: 0) else {
      // In version 4 what cannot be understood can be passed over.
      if let end, end >= position, end <= file.size {
        position = end
        return .value(.text("not understood: type \(definition.prefix(8).map(String.init).joined(separator: " "))"))
      }
      throw error("tag '\(name)' has the unknown type \(definition.prefix(8).map(String.init).joined(separator: " "))")
    }
    let byteCount = type.size
    guard byteCount <= file.size - position else {
      throw error("tag '\(name)' needs \(byteCount) bytes and \(file.size - position) are left")
    }
    guard case .array(let element, let count) = type else {
      return .value(type.value(try take(byteCount, name), byteOrder))
    }
    let array = GatanArray(element: element, count: count, offset: position)
    let numbers = type.numberCount
    guard numbers <= min(Self.maximalArrayCount, Self.maximalElementCount - elementCount) else {
      position += byteCount
      return .array(array, nil)
    }
    elementCount += numbers
    return .array(array, type.value(try take(byteCount, name), byteOrder))
  }

  /// The type that a definition begins with; nil when it is not understood.
  private static func type(_ definition: inout ArraySlice<UInt64>, depth: Int) -> GatanType? {
    guard depth < 4, let code = definition.popFirst() else { return nil }
    if let number = GatanType.number(code: code) { return .number(number) }
    switch code {
    case GatanType.recordCode:
      guard definition.popFirst() != nil, let count = definition.popFirst(), count <= definition.count / 2 else {
        return nil
      }
      var fields: [ScalarType] = []
      for _ in 0..<count {
        guard definition.popFirst() != nil, let field = definition.popFirst().flatMap(GatanType.number(code:)) else {
          return nil
        }
        fields.append(field)
      }
      // A record without fields takes no bytes: an array could hold any number of them.
      return fields.isEmpty ? nil : .record(fields)
    case GatanType.textCode:
      return definition.popFirst().flatMap { Int(exactly: $0) }.map { .text(byteCount: $0) }
    case GatanType.arrayCode:
      guard let element = type(&definition, depth: depth + 1), element.size > 0,
        let count = definition.popFirst().flatMap({ Int(exactly: $0) })
      else { return nil }
      return .array(element, count: count)
    default: return nil
    }
  }

  /// A number of the description of tags: four bytes in version 3, eight in version 4.
  private mutating func word(_ field: String) throws(FormatError) -> UInt64 {
    unsigned(try take(version == 3 ? 4 : 8, field))
  }

  private mutating func size(_ field: String) throws(FormatError) -> Int {
    let value = try word(field)
    guard let size = Int(exactly: value) else { throw error("\(field): \(value) is not possible") }
    return size
  }

  private func unsigned(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  private mutating func take(_ count: Int, _ field: String) throws(FormatError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= file.size - position else {
      throw error("\(field): \(count) bytes are needed and \(file.size - position) are left")
    }
    if position < windowStart || position + count > windowStart + window.count {
      windowStart = position
      window = try file.read(upTo: max(count, Self.windowSize), from: position)
    }
    let start = position - windowStart
    guard start + count <= window.count else { throw error("\(field): the file became shorter while it was read") }
    position += count
    return window[start..<start + count]
  }

  private func error(
    _ problem: String, _ advice: String = "The file is cut short or damaged: copy it again from its source."
  ) -> FormatError {
    FormatError(file.format, file: file.path, offset: position, problem, advice: advice)
  }
}
