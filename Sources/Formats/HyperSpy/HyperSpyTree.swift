internal import HDF5
internal import Microscopy

/// Decodes HyperSpy's metadata groups: Python values are marked by prefixes of their names.
///
/// `_list_`, `_tuple_` (with the length before the name where they are groups), `_list_empty_`, `_tuple_empty_`, `_bs_`
/// (bytes), `_datetime_` and `_sig_` (a signal); the text `_None_` is no value.
struct HyperSpyTree {
  private static let maximalDepth = 40
  private static let maximalNodeCount = 1 << 17

  /// Signals that were stored as metadata, by their path; they are no metadata that could be written again.
  private(set) var signals: [String: MetadataTree] = [:]
  private var nodeCount = 0

  mutating func read(_ group: Group) throws(HDF5Error) -> MetadataTree { try read(group, path: "", depth: 0) }

  private mutating func read(_ group: Group, path: String, depth: Int) throws(HDF5Error) -> MetadataTree {
    guard depth < Self.maximalDepth else {
      throw HDF5Error(.tooManyLinks, call: "read", on: group.path, "groups are nested deeper than \(Self.maximalDepth) levels")
    }
    var tree: [String: MetadataTree] = [:]
    for name in try group.attributes.names {
      try count(group)
      let (key, value) = Self.decode(name, try .value(of: try group.attributes.open(name)))
      tree[key] = value
    }
    for link in try group.links() {
      try count(group)
      let node: Node
      do {
        node = try group.open(link.name)
      } catch  where error.kind == .notFound || error.kind == .outsideFolder {
        continue
      }
      switch node {
      case .dataset(let dataset):
        tree[Self.key(link.name)] = try .value(of: dataset)
      case .group(let child):
        let (key, kind) = Self.kind(link.name)
        let value = try read(child, path: path.isEmpty ? key : "\(path).\(key)", depth: depth + 1)
        switch kind {
        case .dictionary: tree[key] = value
        case .list: tree[key] = Self.list(value)
        case .signal: signals[path.isEmpty ? key : "\(path).\(key)"] = value
        }
      case .datatype: break
      }
    }
    return .dictionary(tree)
  }

  private mutating func count(_ group: Group) throws(HDF5Error) {
    nodeCount += 1
    guard nodeCount <= Self.maximalNodeCount else {
      throw HDF5Error(.tooManyLinks, call: "read", on: group.path, "there are more than \(Self.maximalNodeCount) values")
    }
  }

  private enum Kind { case dictionary, list, signal }

  /// A group's name without its marks: "_list_3_name" is a list of three.
  private static func kind(_ name: String) -> (key: String, kind: Kind) {
    if name.hasPrefix("_sig_") { return (trim(name.dropFirst(5)), .signal) }
    for prefix in ["_list_", "_tuple_"] where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      let digits = rest.prefix { $0.isNumber }
      if !digits.isEmpty, rest.dropFirst(digits.count).first == "_" {
        return (trim(rest.dropFirst(digits.count + 1)), .list)
      }
    }
    return (trim(name[...]), .dictionary)
  }

  /// A dataset's name without its marks.
  private static func key(_ name: String) -> String {
    for prefix in ["_list_", "_tuple_"] where name.hasPrefix(prefix) { return trim(name.dropFirst(prefix.count)) }
    return trim(name[...])
  }

  private static func decode(_ name: String, _ value: MetadataTree) -> (key: String, value: MetadataTree) {
    for prefix in ["_list_empty_", "_tuple_empty_"] where name.hasPrefix(prefix) {
      return (trim(name.dropFirst(prefix.count)), .list([]))
    }
    if name.hasPrefix("_bs_") { return (trim(name.dropFirst(4)), value) }
    if name.hasPrefix("_datetime_") { return (trim(name.dropFirst(10)), dateTime(value)) }
    return (trim(name[...]), value.text == "_None_" ? .null : value)
  }

  /// Some versions write keys with blanks at their end.
  private static func trim(_ name: Substring) -> String {
    var name = name
    while name.last?.isWhitespace == true { name.removeLast() }
    while name.first?.isWhitespace == true { name.removeFirst() }
    return String(name)
  }

  /// The members "0", "1" … of a group, in order.
  private static func list(_ tree: MetadataTree) -> MetadataTree {
    guard case .dictionary(let values) = tree else { return tree }
    let ordered = values.sorted { (Int($0.key) ?? .max, $0.key) < (Int($1.key) ?? .max, $1.key) }
    return .list(ordered.map(\.value))
  }

  /// "datetime.date(1991, 10, 1)" and "datetime.time(12, 0)", as Python writes them, in the form of ISO 8601.
  private static func dateTime(_ value: MetadataTree) -> MetadataTree {
    guard let text = value.text, let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close
    else { return value }
    let numbers = text[text.index(after: open)..<close].split(separator: ",").map { Int(trim($0)) }
    let parts = numbers.compactMap { $0 }
    guard parts.count == numbers.count, parts.allSatisfy({ $0 >= 0 }) else { return value }
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let clock = { (parts: ArraySlice<Int>) in
      (Array(parts) + [0, 0, 0]).prefix(3).map(two).joined(separator: ":")
    }
    switch text[..<open] {
    case "datetime.date" where parts.count == 3: return .text("\(parts[0])-\(two(parts[1]))-\(two(parts[2]))")
    case "datetime.time" where parts.count >= 1: return .text(clock(parts[...]))
    case "datetime.datetime" where parts.count >= 3:
      return .text("\(parts[0])-\(two(parts[1]))-\(two(parts[2]))T\(clock(parts[3...]))")
    default: return value
    }
  }
}
