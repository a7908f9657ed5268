internal import HDF5
internal import Microscopy

/// What files hold, in words.
extension Node {
  var word: String {
    switch self {
    case .group: "a group"
    case .dataset: "a dataset"
    case .datatype: "a datatype"
    }
  }

  /// A number or a text; of what is larger, what it is.
  var words: String {
    get throws {
      switch self {
      case .group(let group): return try group.kind()?.rawValue ?? "group"
      case .dataset(let dataset):
        let shape = try dataset.shape
        guard shape.isEmpty else { return "\(dataset.type) (\(shape.timesWords))" }
        return try dataset.tree().words + dataset.units()
      case .datatype(let type): return "\(type.type)"
      }
    }
  }
}

extension Link.Target {
  var isHard: Bool { if case .hard = self { true } else { false } }

  var words: String {
    switch self {
    case .hard: "an object of its own"
    case .soft(let path): "a link to \(path)"
    case .external(let file, let path): "a link to \(path) of \(file)"
    case .userDefined: "a link of another program's kind"
    }
  }
}

extension Attribute {
  func words() throws -> String {
    let tree = try tree()
    if tree != .null || space == .null || type.isString { return tree.words }
    let bytes = try readRaw().prefix(64).map { byte in String(byte, radix: 16) }.joined(separator: " ")
    return "\(type): \(bytes)"
  }
}

extension MetadataTree {
  /// As one would write it: texts in quotation marks, lists in brackets.
  var words: String {
    switch self {
    case .null: "none"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let value): "\"\(value)\""
    case .list(let values): "[\(values.map(\.words).joined(separator: ", "))]"
    case .dictionary(let values):
      "(\(values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.words)" }.joined(separator: ", ")))"
    }
  }
}

extension Dataset {
  /// " nm"; empty where there is no unit.
  func units() throws -> String {
    guard try attributes.contains("units"), case .text(let text) = try attributes.open("units").tree(), !text.isEmpty else {
      return ""
    }
    return " \(text)"
  }
}

extension Datatype {
  /// Both types in words, where they hold another kind of values; byte order and length of strings do not matter.
  func content(unlike other: Datatype) -> (String, String)? {
    if self == other || isString && other.isString { return nil }
    if let type = ScalarType(self), type == ScalarType(other) { return nil }
    return (description, other.description)
  }
}

extension [Int] {
  /// "4 × 5 × 30"; "one value" for a scalar.
  var timesWords: String { isEmpty ? "one value" : map(String.init).joined(separator: " × ") }
}
