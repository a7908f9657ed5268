import Store

/// Takes objects out of a file, after looking at what was made from them.
public struct RemoveObjects: Sendable {
  public var file: String
  /// Paths such as `grain/results/nmf`, or names that only one object has; a map goes before all else of its name.
  public var objects: [String]
  /// Removes what other objects were made from, too.
  public var isForced = false

  public init(_ file: String, _ objects: [String]) {
    self.file = file
    self.objects = objects
  }

  public struct Report: Codable, Hashable, Sendable {
    public struct Removed: Codable, Hashable, Sendable {
      public var path: String
      public var kind: String
    }

    public var file: String
    public var removed: [Removed]
    /// Objects that stay, and were made from some that went.
    public var orphans: [String]
  }

  /// Removes all of the objects or, when something speaks against one, none.
  ///
  /// - Throws: `WorkflowError` when other objects were made from them and that is not forced, or when a series needs one.
  public func run() throws -> Report {
    let store = try Store.open(file, .writing)
    let everything = try store.removables
    var chosen: [Store.Removable] = []
    for name in objects {
      let object = try Self.find(name, in: everything, of: file)
      if !chosen.contains(object) { chosen.append(object) }
    }
    let dependents = everything.filter { object in
      !chosen.contains(object)
        && chosen.contains { taken in
          object.inputs.contains { Self.lies($0, in: taken.path) } || Self.lies(object.path, in: taken.path)
        }
    }
    let holding = dependents.filter { object in
      object.kind == .series && chosen.contains { taken in object.inputs.contains { Self.lies($0, in: taken.path) } }
    }
    if let series = holding.first {
      throw WorkflowError(
        "\(file): \(series.path) holds a map that is to be removed",
        advice: "Remove the series with it: \(series.path.dropFirst()).")
    }
    guard dependents.isEmpty || isForced else {
      throw WorkflowError(
        "\(file): other objects were made from \(chosen.map(\.path).joined(separator: ", ")): "
          + dependents.map(\.path).joined(separator: ", "),
        advice: "Remove them too, or give --force; those within a removed map or series go with it.")
    }
    // What lies within another one goes with it.
    for object in chosen where !chosen.contains(where: { $0 != object && Self.lies(object.path, in: $0.path) }) {
      try writing { try store.remove(object) }
    }
    try writing { try store.close() }
    return Report(
      file: file, removed: chosen.map { .init(path: $0.path, kind: $0.kind.rawValue) },
      orphans: dependents.map(\.path).filter { path in !chosen.contains { Self.lies(path, in: $0.path) } })
  }

  private static func lies(_ path: String, in object: String) -> Bool {
    path == object || path.hasPrefix(object + "/")
  }

  private static func find(_ name: String, in everything: [Store.Removable], of file: String) throws -> Store.Removable {
    let path = name.hasPrefix("/") ? name : "/\(name)"
    if let object = everything.first(where: { $0.path == path }) { return object }
    let namesakes = name.contains("/") ? [] : everything.filter { $0.path.hasSuffix(path) }
    if namesakes.count == 1 { return namesakes[0] }
    throw StoreError(
      .missing, file: file, path: path,
      namesakes.isEmpty ? "there is nothing of that name to remove" : "\(namesakes.count) objects have that name",
      advice: everything.isEmpty
        ? nil
        : "There is: \((namesakes.isEmpty ? everything : namesakes).map { String($0.path.dropFirst()) }.joined(separator: ", "))."
    )
  }
}
