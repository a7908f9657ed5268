internal import HDF5

extension Store {
  /// The finished maps, by name.
  public var maps: [Map] {
    get throws(StoreError) { try mapNames.map { name throws(StoreError) in try map(name) } }
  }

  /// The names of the finished maps, in alphabetical order.
  public var mapNames: [String] {
    get throws(StoreError) {
      try guarded(path) {
        try root.links().filter { link in
          guard case .hard = link.target, case .group(let group) = try root.open(link.name) else { return false }
          return try group.kind() == .map && group.isComplete()
        }.map(\.name)
      }
    }
  }

  /// A map by its name; the only map when no name is given.
  public func map(_ name: String? = nil) throws(StoreError) -> Map {
    guard let name else {
      let names = try mapNames
      if names.count == 1 { return try map(names[0]) }
      throw StoreError(
        .missing, file: path, names.isEmpty ? "the file holds no map" : "the file holds \(names.count) maps",
        advice: names.isEmpty ? "Import one first." : "Say which: \(names.joined(separator: ", ")).")
    }
    return try guarded(path, "/\(name)") {
      guard FileLayout.problem(withName: name) == nil, try root.exists(name) else {
        let names = try mapNames
        throw StoreError(
          .missing, file: path, path: "/\(name)", "there is no map \"\(name)\"",
          advice: names.isEmpty ? "The file holds no map." : "The file holds: \(names.joined(separator: ", ")).")
      }
      return try Map(root.group(name), in: self)
    }
  }

  /// Removes a map with everything made from it alone.
  public func removeMap(_ name: String) throws(StoreError) {
    try requireWriting()
    try guarded(path, "/\(name)") {
      guard try root.exists(name), try root.group(name).kind() == .map else {
        throw StoreError(.missing, file: path, path: "/\(name)", "there is no map of that name")
      }
      try discardMap(name)
    }
  }

  /// Removes whatever there is of a map, finished or not.
  func discardMap(_ name: String) throws {
    if try root.links().contains(where: { $0.name == name }) { try root.delete(name) }
    if try root.exists(FileLayout.experiments) {
      let experiments = try root.group(FileLayout.experiments)
      if try experiments.links().contains(where: { $0.name == name }) { try experiments.delete(name) }
    }
    if try root.attributes.readIfPresent("default", as: String.self) == name {
      try root.attributes.remove("default")
      if let other = try mapNames.first { try root.attributes.set("default", to: other) }
    }
  }
}
