internal import HDF5
internal import Microscopy

/// A metadata tree as groups and attributes, in HyperSpy's conventions, so that one copy serves everyone.
///
/// Dictionaries are groups, scalars attributes, null the text "_None_", lists of one type datasets `_list_<key>`, other lists
/// groups `_list_<count>_<key>` with numbered entries, an empty list an attribute `_list_empty_<key>`. A text that an attribute
/// cannot hold or that would read as null is the opaque attribute `_bs_<key>`; a key that cannot be a name, or would be taken for
/// one of these, is percent-encoded behind `_escaped_`.
extension Group {
  func put(_ tree: MetadataTree) throws {
    guard case .dictionary(let entries) = tree else { return }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) { try put(MetadataKey.encoded(key), value) }
  }

  private func put(_ key: String, _ value: MetadataTree) throws {
    switch value {
    case .null: try attributes.set(key, to: MetadataKey.null)
    case .boolean(let value): try attributes.set(key, to: value)
    case .integer(let value): try attributes.set(key, to: value)
    case .unsigned(let value): try attributes.set(key, to: value)
    case .real(let value): try attributes.set(key, to: value)
    case .text(let text) where text.utf8.contains(0) || text == MetadataKey.null:
      let bytes = Array(text.utf8)
      let attribute = try attributes.create(
        MetadataKey.bytes + key, type: .opaque(size: bytes.count, tag: "UTF-8"), space: .scalar)
      try attribute.writeRaw(bytes)
    case .text(let text): try attributes.set(key, to: text)
    case .list(let values) where values.isEmpty: try attributes.set(MetadataKey.emptyList + key, to: MetadataKey.null)
    case .list(let values): try putList(key, values)
    case .dictionary: try createGroup(key).put(value)
    }
  }

  private func putList(_ key: String, _ values: [MetadataTree]) throws {
    let name = MetadataKey.list + key
    let booleans = values.compactMap { if case .boolean(let value) = $0 { value } else { nil } }
    let integers = values.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    let reals = values.compactMap { if case .real(let value) = $0 { value } else { nil } }
    let texts = values.compactMap(\.text).filter { !$0.utf8.contains(0) }
    if booleans.count == values.count {
      try putArray(name, StoredArray(booleans))
    } else if integers.count == values.count {
      try putArray(name, StoredArray(integers))
    } else if reals.count == values.count {
      try putArray(name, StoredArray(reals))
    } else if texts.count == values.count {
      try putTexts(name, texts)
    } else {
      let group = try createGroup("\(MetadataKey.list)\(values.count)_\(key)")
      // HyperSpy sorts the entries as texts.
      let width = String(values.count - 1).count
      for (index, value) in values.enumerated() {
        let digits = String(index)
        try group.put(String(repeating: "0", count: width - digits.count) + digits, value)
      }
    }
  }

  /// Groups nested deeper than this are no metadata.
  private static let maximalDepth = 128

  /// The tree below this group.
  ///
  /// - Throws: `damaged` where a group has two places in the tree, as in a loop of hard links, or lies too deep.
  func tree() throws -> MetadataTree {
    var seen: Set<ObjectIdentity> = []
    return try tree(depth: 0, &seen)
  }

  private func tree(depth: Int, _ seen: inout Set<ObjectIdentity>) throws -> MetadataTree {
    guard depth < Self.maximalDepth, seen.insert(try identity).inserted else {
      throw StoreError(
        .damaged, file: file.path, path: path,
        depth < Self.maximalDepth
          ? "the group has two places in one metadata tree" : "metadata are nested deeper than \(Self.maximalDepth) levels",
        advice: "Take the file from a backup, or import the map anew.")
    }
    var entries: [String: MetadataTree] = [:]
    for name in try attributes.names {
      let attribute = try attributes.open(name)
      if name.hasPrefix(MetadataKey.emptyList) {
        entries[MetadataKey.decoded(name.dropFirst(MetadataKey.emptyList.count))] = .list([])
      } else if name.hasPrefix(MetadataKey.emptyTuple) {
        entries[MetadataKey.decoded(name.dropFirst(MetadataKey.emptyTuple.count))] = .list([])
      } else if name.hasPrefix(MetadataKey.bytes) {
        let text = String(decoding: try attribute.readRaw(), as: UTF8.self)
        entries[MetadataKey.decoded(name.dropFirst(MetadataKey.bytes.count))] = .text(text)
      } else {
        // Some versions of exSpy write "beam_energy " with a trailing blank.
        entries[MetadataKey.decoded(name.trimmingTrailingBlanks[...])] = try attribute.tree()
      }
    }
    for link in try links() {
      guard case .hard = link.target else { continue }
      switch try open(link.name) {
      case .dataset(let dataset):
        let prefix = [MetadataKey.list, MetadataKey.tuple].first { link.name.hasPrefix($0) } ?? ""
        entries[MetadataKey.decoded(link.name.dropFirst(prefix.count))] = try dataset.tree()
      case .group(let group):
        let prefix = [MetadataKey.list, MetadataKey.tuple].first { link.name.hasPrefix($0) }
        guard let prefix, let end = link.name.dropFirst(prefix.count).firstIndex(of: "_") else {
          entries[MetadataKey.decoded(link.name[...])] = try group.tree(depth: depth + 1, &seen)
          continue
        }
        guard case .dictionary(let values) = try group.tree(depth: depth + 1, &seen) else { continue }
        let ordered = values.sorted { (Int($0.key) ?? 0, $0.key) < (Int($1.key) ?? 0, $1.key) }
        entries[MetadataKey.decoded(link.name[link.name.index(after: end)...])] = .list(ordered.map(\.value))
      case .datatype: continue
      }
    }
    return .dictionary(entries)
  }
}

extension Attribute {
  func tree() throws -> MetadataTree {
    guard space != .null else { return .null }
    let values = try MetadataTree.elements(
      of: type, integers: { try read(as: Int64.self) }, unsigned: { try read(as: UInt64.self) },
      reals: { try read(as: Double.self, converting: .nearest) }, texts: { try read(as: String.self) },
      booleans: { try read(as: Bool.self) })
    return MetadataTree.nested(values, shape: space.shape)
  }
}

extension Dataset {
  /// More elements than this are an array that strayed into metadata, not metadata.
  static let largestMetadata = 1 << 20

  func tree() throws -> MetadataTree {
    let space = try space
    guard space != .null, let count = space.checkedCount, count <= Self.largestMetadata else { return .null }
    // As a tree values take many times their bytes.
    try checkClaims(beyond: 1 << 16)
    let values = try MetadataTree.elements(
      of: type, integers: { try read(as: Int64.self) }, unsigned: { try read(as: UInt64.self) },
      reals: { try read(as: Double.self, converting: .nearest) }, texts: { try read(as: String.self) },
      booleans: { try read(as: Bool.self) })
    return MetadataTree.nested(values, shape: space.shape)
  }
}

extension MetadataTree {
  /// Elements of a file's type as values; null for types that metadata is not made of.
  fileprivate static func elements(
    of type: Datatype, integers: () throws -> [Int64], unsigned: () throws -> [UInt64], reals: () throws -> [Double],
    texts: () throws -> [String], booleans: () throws -> [Bool]
  ) throws -> [MetadataTree] {
    switch type {
    case .boolean: try booleans().map(MetadataTree.boolean)
    case .integer(8, false, _):
      try unsigned().map { $0 <= UInt64(Int64.max) ? .integer(Int64($0)) : .unsigned($0) }
    case .integer: try integers().map(MetadataTree.integer)
    case .float: try reals().map(MetadataTree.real)
    case .fixedString, .variableString: try texts().map { $0 == MetadataKey.null ? .null : .text($0) }
    default: [.null]
    }
  }

  fileprivate static func nested(_ values: [MetadataTree], shape: [Int]) -> MetadataTree {
    guard let first = shape.first else { return values.first ?? .null }
    guard shape.count > 1, first > 0 else { return .list(values) }
    let size = values.count / first
    return .list(
      (0..<first).map { nested(Array(values[$0 * size..<($0 + 1) * size]), shape: Array(shape.dropFirst())) })
  }
}

/// How keys become names in the file.
enum MetadataKey {
  static let null = "_None_"
  static let list = "_list_"
  static let tuple = "_tuple_"
  static let emptyList = "_list_empty_"
  static let emptyTuple = "_tuple_empty_"
  static let bytes = "_bs_"
  static let escape = "_escaped_"
  private static let taken = [list, tuple, bytes, escape, "_sig_", "_datetime_", "_hspy_AxesManager_", "_ragged_shapes_"]

  static func encoded(_ key: String) -> String {
    let isName =
      !key.isEmpty && key != "." && key != ".." && !key.contains("/") && !key.utf8.contains(0) && !key.hasSuffix(" ")
    guard !isName || taken.contains(where: { key.hasPrefix($0) }) else { return key }
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = key.utf8.flatMap { byte -> [UInt8] in
      let isPlain = byte > 32 && byte < 127 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "%") && byte != UInt8(ascii: ".")
      return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return escape + String(decoding: bytes, as: UTF8.self)
  }

  static func decoded(_ name: Substring) -> String {
    guard name.hasPrefix(escape) else { return String(name) }
    var bytes: [UInt8] = []
    var rest = name.dropFirst(escape.count).utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
