internal import Foundation
internal import HDF5

/// An object with what made it, and the same of everything that it was made from.
public struct History: Codable, Hashable, Sendable {
  public var path: String
  /// The file, when it is another one than the object asked for lies in.
  public var file: String?
  /// SHA-256 as it was recorded when the object was read; of the object itself, as it is stored.
  public var sha256: String?
  /// Whether the object is not what it was when it was read.
  public var hasChanged: Bool
  /// Nil where nothing is recorded, and for what lies outside our files.
  public var made: Provenance?
  public var inputs: [History]
}

extension Store {
  /// What made an object, from what, and what made that, down to the files that were imported.
  ///
  /// - Parameter path: of a map, an image, a mask, a result, a series or a model, or of anything within one.
  public func history(of path: String) throws(StoreError) -> History {
    let path = path.hasPrefix("/") ? path : "/\(path)"
    return try guarded(self.path, path) {
      guard try root.exists(path) else { throw missing(path) }
      return try history(of: path, within: [])
    }
  }

  /// - Parameter within: the objects whose history is being told; one that was made from itself ends there.
  private func history(of path: String, within: [ObjectPlace]) throws -> History {
    guard let owner = try owner(of: path) else { throw missing(path) }
    let within = within + [ObjectPlace(file: self.path, path: owner.group.path)]
    var history = History(path: path, sha256: try digest(at: path), hasChanged: false, inputs: [])
    if owner.kind == .series {
      let series = try Series(owner.group, in: self)
      history.inputs = try series.members.map { try self.history(of: try $0.map.input, within: within) }
      return history
    }
    guard let made = try owner.provenance() else { return history }
    history.made = made
    history.inputs = try made.inputs.map { try self.history(of: $0, within: within) }
    return history
  }

  func missing(_ path: String) -> StoreError {
    StoreError(
      .missing, file: self.path, path: path, "there is no object with a history at this path",
      advice: "Name a map, an image, a mask, a result, a series or a model; lamella history without a path lists them all.")
  }

  private func history(of input: Provenance.Input, within: [ObjectPlace]) throws -> History {
    var leaf = History(path: input.path, file: input.file, sha256: input.sha256, hasChanged: false, inputs: [])
    let other = try neighbour(input.file)
    guard let store = input.file == nil ? self : other, within.count < 64 else { return leaf }
    guard try store.root.exists(input.path), let owner = try store.owner(of: input.path),
      !within.contains(ObjectPlace(file: store.path, path: owner.group.path))
    else { return leaf }
    let found = try store.history(of: input.path, within: within)
    leaf.hasChanged = input.sha256 != nil && found.sha256 != nil && input.sha256 != found.sha256
    leaf.made = found.made
    leaf.inputs = found.inputs
    return leaf
  }

  /// Another file of ours, named relative to this one's folder; nil when it cannot be opened.
  private func neighbour(_ name: String?) throws -> Store? {
    guard let name, !name.hasPrefix("/") else { return nil }
    let file = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
    return try Store.isStore(file) ? try Store.open(file) : nil
  }

  /// The innermost object of ours that a path lies in.
  func owner(of path: String) throws -> Owner? {
    var words = path.split(separator: "/").map(String.init)
    while !words.isEmpty {
      let place = "/" + words.joined(separator: "/")
      if try root.exists(place), case .group(let group) = try root.open(place), let kind = try group.kind() {
        return Owner(group: group, kind: kind)
      }
      words.removeLast()
    }
    return nil
  }

  /// The digest of a dataset, of a map's values, or of a result.
  func digest(at path: String) throws -> String? {
    guard try root.exists(path) else { return nil }
    switch try root.open(path) {
    case .dataset(let dataset): return try dataset.attributes.readIfPresent(FileLayout.digestAttribute)
    case .group(let group):
      switch try group.kind() {
      case .map: return try Map(group, in: self).digest
      case .result: return try AnalysisResult(group, store: self).digest
      default: return nil
      }
    case .datatype: return nil
    }
  }

  /// An object among those of several files.
  private struct ObjectPlace: Hashable {
    var file: String
    var path: String
  }

  struct Owner {
    var group: Group
    var kind: FileLayout.Kind

    func provenance() throws -> Provenance? {
      if kind == .result { return try group.provenance() }
      guard try group.exists(FileLayout.provenance) else { return nil }
      return try group.group(FileLayout.provenance).provenance()
    }
  }
}
