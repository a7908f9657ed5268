internal import Microscopy

/// What a DigitalMicrograph tag holds.
indirect enum GatanTag: Sendable {
  case group(GatanTagGroup)
  /// A number, a text, or a record of numbers.
  case value(MetadataTree)
  /// An array; its values are there unless it is too large to be kept as metadata.
  case array(GatanArray, MetadataTree?)
}

/// Where an array lies in its file.
struct GatanArray: Sendable {
  var element: GatanType
  var count: Int
  /// Where its first byte is in the file.
  var offset: Int

  /// `count` was checked against the size of the file when the tag was read.
  var byteCount: Int { count * element.size }

  /// What stands in the metadata where the values are left out.
  var descriptor: MetadataTree {
    [
      "type": .text(element.description), "count": .integer(Int64(count)), "bytes": .integer(Int64(byteCount)),
      "offset": .integer(Int64(offset)),
    ]
  }
}

/// A directory of tags, in the order of the file.
struct GatanTagGroup: Sendable {
  struct Entry: Sendable {
    /// Empty for the members of a list.
    var name: String
    var tag: GatanTag
  }

  var entries: [Entry]
  /// Where the directory begins in the file.
  var offset = 0

  /// The first tag of this name.
  subscript(name: String) -> GatanTag? { entries.first { $0.name == name }?.tag }

  /// The tag at a path of names.
  subscript(path: [String]) -> GatanTag? {
    guard let name = path.first, let tag = self[name] else { return nil }
    if path.count == 1 { return tag }
    return tag.group?[Array(path.dropFirst())]
  }

  /// The sub-directories, named or not.
  var groups: [GatanTagGroup] { entries.compactMap(\.tag.group) }

  func group(_ path: String...) -> GatanTagGroup? { self[path]?.group }
  func value(_ path: String...) -> MetadataTree? { self[path]?.value }
  func number(_ path: String...) -> Double? { self[path]?.value?.number }
  func integer(_ path: String...) -> Int? { self[path]?.value?.number.flatMap(Int.init(exactly:)) }

  /// A text that is not empty.
  func text(_ path: String...) -> String? {
    guard let text = self[path]?.value?.text, !text.isEmpty else { return nil }
    return text
  }

  /// A flag, which some versions write as a number or a text.
  func flag(_ path: String...) -> Bool? {
    switch self[path]?.value {
    case .boolean(let value): value
    case .text(let value): ["1", "true"].contains(value.lowercased())
    case let value?: value.number.map { $0 != 0 }
    case nil: nil
    }
  }

  /// As metadata: members without a name are called TagGroup0, TagGroup1 … and Data0, Data1 …, as the field's readers do.
  var tree: MetadataTree {
    var tree: [String: MetadataTree] = [:]
    var groupCount = 0
    var dataCount = 0
    var copies: [String: Int] = [:]
    for entry in entries {
      var name = entry.name
      if name.isEmpty {
        if entry.tag.group != nil {
          name = "TagGroup\(groupCount)"
          groupCount += 1
        } else {
          name = "Data\(dataCount)"
          dataCount += 1
        }
      }
      var unique = name
      while tree[unique] != nil {
        let copy = copies[name] ?? 2
        unique = "\(name) (\(copy))"
        copies[name] = copy + 1
      }
      tree[unique] = entry.tag.tree
    }
    return .dictionary(tree)
  }
}

extension GatanTag {
  var group: GatanTagGroup? { if case .group(let group) = self { group } else { nil } }

  var value: MetadataTree? {
    switch self {
    case .group: nil
    case .value(let value): value
    case .array(_, let values): values
    }
  }

  var array: GatanArray? { if case .array(let array, _) = self { array } else { nil } }

  var tree: MetadataTree {
    switch self {
    case .group(let group): group.tree
    case .value(let value): value
    case .array(let array, let values): values ?? array.descriptor
    }
  }
}
