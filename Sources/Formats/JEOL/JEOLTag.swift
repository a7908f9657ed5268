internal import Microscopy

/// A named value of a JEOL file with the tags inside it.
struct JEOLTag: Sendable {
  var name: String
  /// Nil for tags that only hold others, and for arrays that stay in the file.
  var value: MetadataTree?
  /// Where an array lies, when it is one.
  var array: JEOLArray?
  /// Whether the value is the choice among the tags inside.
  var isChoice = false
  var children: [JEOLTag] = []
  /// Where in the file the tag begins.
  var offset: Int

  /// The tag at a path of names; the last of those with the same name.
  func tag(_ path: String...) -> JEOLTag? {
    path.reduce(Optional(self)) { tag, name in tag?.children.last { $0.name == name } }
  }

  /// The first tag inside whose name begins so: pages are numbered, and named in the language of the program.
  func page(_ prefix: String) -> JEOLTag? { children.first { $0.name.hasPrefix(prefix) } }

  var number: Double? { value?.number }
  var text: String? { value?.text }
  var integer: Int? { number.flatMap(Int.init(exactly:)) }
  var numbers: [Double]? {
    guard case .list(let values)? = value else { return number.map { [$0] } }
    return values.compactMap(\.number)
  }

  /// The tags inside as metadata: arrays that stay in the file are named by their place and type.
  var tree: MetadataTree {
    guard !children.isEmpty else { return value ?? array?.descriptor ?? .empty }
    var values: [String: MetadataTree] = [:]
    var repeats: [String: Int] = [:]
    if let value { values[isChoice ? "index" : "value"] = value }
    for child in children {
      var name = child.name
      if values[name] != nil {
        let count = repeats[name, default: 1] + 1
        repeats[name] = count
        name = "\(name) (\(count))"
      }
      values[name] = child.tree
    }
    return .dictionary(values)
  }
}

/// An array of numbers in a file.
struct JEOLArray: Sendable {
  var type: ScalarType
  var count: Int
  /// Bytes from the beginning of the file.
  var offset: Int

  var descriptor: MetadataTree {
    ["type": .text(type.rawValue), "count": .integer(Int64(count)), "offset": .integer(Int64(offset))]
  }
}
