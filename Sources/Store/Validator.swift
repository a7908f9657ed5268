internal import HDF5

/// Holds a file against the schemas and lists every departure.
struct Validator {
  let store: Store
  let schemas: [String: Schema]
  var problems: [Problem] = []

  init(_ store: Store) throws {
    self.store = store
    schemas = try Schema.all()
  }

  mutating func report(_ path: String, _ problem: String) { problems.append(Problem(path, problem)) }

  /// Runs checks of an object; what cannot even be read is a departure, too.
  mutating func attempt(_ path: String, _ body: (inout Validator) throws -> Void) {
    do {
      try body(&self)
    } catch let error as HDF5Error {
      report(path, error.problem)
    } catch let error as StoreError {
      report(error.path == "/" ? path : error.path, error.problem)
    } catch {
      report(path, "\(error)")
    }
  }

  mutating func check(_ object: Node, _ path: String, against wanted: Schema.Node) throws {
    if let name = wanted.schema {
      guard let schema = schemas[name] else { return report(path, "there is no schema \"\(name)\"") }
      return try check(object, path, against: schema.node)
    }
    if let name = wanted.includes, let schema = schemas[name] { try check(object, path, against: schema.node) }
    switch (object, wanted.object) {
    case (.group(let group), .group): try check(group, path, against: wanted)
    case (.dataset(let dataset), .dataset): try check(dataset, path, against: wanted)
    case (_, let kind?): report(path, "is not a \(kind.rawValue)")
    case (_, nil): return
    }
    for rule in wanted.rules ?? [] {
      attempt(path) { try $0.apply(rule, to: object, path) }
    }
  }

  private mutating func check(_ group: Group, _ path: String, against wanted: Schema.Node) throws {
    try check(group.attributes, path, against: wanted.attributes ?? [:])
    let links = try group.links()
    let named = wanted.children ?? [:]
    for (name, child) in named.sorted(by: { $0.key < $1.key }) {
      let place = Self.join(path, name)
      guard links.contains(where: { $0.name == name }) else {
        if child.optional != true { report(place, "is missing") }
        continue
      }
      attempt(place) { try $0.check(group.open(name), place, against: child) }
    }
    guard let others = wanted.others?.node else { return }
    for link in links where named[link.name] == nil {
      guard case .hard = link.target else { continue }
      let place = Self.join(path, link.name)
      if link.name.hasPrefix(".") {
        report(place, "was being written when the program ended: it is safe to remove")
        continue
      }
      attempt(place) { try $0.check(group.open(link.name), place, against: others) }
    }
  }

  private mutating func check(_ dataset: Dataset, _ path: String, against wanted: Schema.Node) throws {
    try check(dataset.attributes, path, against: wanted.attributes ?? [:])
    let word = dataset.type.schemaWord
    if let types = wanted.type, !types.contains(word) {
      report(path, "holds elements of type \(word), not \(types.joined(separator: " or "))")
    }
    let rank = try dataset.shape.count
    if let wantedRank = wanted.rank, rank != wantedRank {
      report(path, "has \(rank) dimensions, not \(wantedRank)")
    }
    if wanted.chunked == true, dataset.chunkShape == nil { report(path, "is not chunked") }
    if wanted.digest != false {
      let digest: String? = try dataset.attributes.readIfPresent(FileLayout.digestAttribute)
      let isDigest = digest.map { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) }
      if isDigest != true { report(path, digest == nil ? "has no digest" : "its digest is no SHA-256") }
    }
  }

  private mutating func check(
    _ attributes: Attributes, _ path: String, against wanted: [String: Schema.Attribute]
  ) throws {
    for (name, attribute) in wanted.sorted(by: { $0.key < $1.key }) {
      let place = "\(path)@\(name)"
      guard try attributes.contains(name) else {
        if attribute.optional != true { report(place, "is missing") }
        continue
      }
      attempt(place) { try $0.check(attributes.open(name), place, against: attribute) }
    }
  }

  mutating func check(_ found: Attribute, _ place: String, against wanted: Schema.Attribute) throws {
    let isList = wanted.type == "strings"
    let word = found.type.schemaWord
    let expected = isList ? "string" : wanted.type
    guard word == expected else { return report(place, "is of type \(word), not \(expected)") }
    guard isList ? found.space.rank == 1 : found.space.checkedCount == 1 else {
      return report(place, isList ? "is no list" : "holds no single value")
    }
    if wanted.variable == true, case .fixedString = found.type { report(place, "is a string of fixed length") }
    guard let values = wanted.values else { return }
    let value: Schema.Value? =
      switch expected {
      case "string": .text(try found.read(as: String.self)[0])
      case "boolean": .boolean(try found.read(as: Bool.self)[0])
      case "integer": .integer(try found.read(as: Int64.self)[0])
      default: nil
      }
    if let value, !values.contains(value) {
      report(place, "is \(value), not \(values.map(\.description).joined(separator: " or "))")
    }
  }

  static func join(_ path: String, _ name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }
}

extension Datatype {
  /// The type in the words of the schemas.
  var schemaWord: String {
    switch self {
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .complex: "complex"
    case .fixedString, .variableString: "string"
    case .enumeration: "enumeration"
    case .compound: "compound"
    default: "other"
    }
  }
}

extension Store {
  /// Holds the file against the schemas; an empty answer means that it keeps to all of them.
  public func validate() throws(StoreError) -> [Problem] {
    try guarded(path) {
      var validator = try Validator(self)
      guard let schema = validator.schemas[FileLayout.Kind.root.rawValue] else {
        throw StoreError(.invalid, file: path, "this program lacks the schema of the root")
      }
      let root = try root
      validator.attempt("/") { try $0.check(.group(root), "/", against: schema.node) }
      return validator.problems
    }
  }
}
