public import HDF5

/// Maps that are processed as one matrix, in order; each lies in this file or in another one beside it.
public final class Series: ResultHolder, Sendable {
  /// A map of a series, and the name of its link.
  public struct Member: Sendable {
    public let link: String
    public let map: Map
  }

  public let store: Store
  public let name: String
  public let group: Group

  init(_ group: Group, in store: Store) throws {
    self.store = store
    self.group = group
    name = String(group.path.split(separator: "/").last ?? "")
    guard try group.kind() == .series else {
      throw StoreError(.missing, file: store.path, path: group.path, "this is no series")
    }
  }

  public var path: String { group.path }

  /// The names of the links to the maps, in their order; known also when a map is not to be had.
  public var links: [String] {
    get throws(StoreError) { try guarded(store.path, path) { try group.attributes.read("order") } }
  }

  /// The maps in their order.
  ///
  /// - Throws: `missing` when a link leads nowhere, naming the link and the file it wants.
  public var members: [Member] {
    get throws(StoreError) {
      try guarded(store.path, path) {
        let folder = try group.group("maps")
        let order: [String] = try group.attributes.read("order")
        let links = try Dictionary(uniqueKeysWithValues: folder.links().map { ($0.name, $0) })
        return try order.map { name in
          guard let link = links[name] else {
            throw StoreError(.damaged, file: store.path, path: "\(path)/maps/\(name)", "the link is not there")
          }
          switch link.target {
          case .external(let file, let target):
            do {
              return Member(link: name, map: try Map(folder.group(name), in: store, origin: (file, target)))
            } catch let error as HDF5Error where error.kind == .notFound || error.kind == .cannotOpen {
              throw StoreError(
                .missing, file: store.path, path: "\(path)/maps/\(name)", "the map \(target) of \(file) is not to be had",
                advice: "Put \(file) where it was when the series was made, relative to this file.")
            }
          case .soft(let target): return Member(link: name, map: try Map(root(target), in: store))
          default: return Member(link: name, map: try Map(folder.group(name), in: store))
          }
        }
      }
    }
  }

  /// The maps in their order.
  public var maps: [Map] {
    get throws(StoreError) { try members.map(\.map) }
  }

  private func root(_ target: String) throws -> Group {
    do {
      return try store.root.group(target)
    } catch let error as HDF5Error where error.kind == .notFound {
      throw StoreError(
        .missing, file: store.path, path: path, "the series wants the map \(target), which is not there",
        advice: "Make the series again.")
    }
  }
}
