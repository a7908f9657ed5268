internal import HDF5
internal import Microscopy

/// A dataset or a link of a file, as a list of contents names it.
public struct InventoryEntry: Codable, Hashable, Sendable {
  public var path: String
  /// Further paths by which hard links lead to the same dataset.
  public var otherPaths: [String] = []
  /// Where a soft or external link leads; nil for a dataset.
  public var target: String?
  public var shape: [Int] = []
  /// As NumPy names it, where NumPy has a name.
  public var dtype = ""
  /// The unit of the values, or of each axis of a plotted array, or of each column of a table; empty strings where there is none.
  public var units: [String] = []
  public var sha256: String?
}

extension Store {
  /// Every dataset, once, and every soft and external link, in alphabetical order, HyperSpy's view and the checksums last; what
  /// that view shares with a map is listed with the map.
  public var inventory: [InventoryEntry] {
    get throws(StoreError) {
      try guarded(path) {
        func isLate(_ entry: InventoryEntry) -> Bool {
          [FileLayout.experiments, FileLayout.checksums].contains { entry.path.hasPrefix("/\($0)/") }
        }
        let entries = try Inventory(of: root).entries.sorted { $0.path < $1.path }
        return entries.filter { !isLate($0) } + entries.filter(isLate)
      }
    }
  }
}

/// A walk along all hard links.
private struct Inventory {
  var entries: [InventoryEntry] = []
  private var places: [ObjectIdentity: Int] = [:]

  init(of root: Group) throws {
    var seen: Set<ObjectIdentity> = [try root.identity]
    var waiting = [root]
    while let group = waiting.popLast() {
      var inner: [Group] = []
      for link in try group.links() {
        let place = group.path == "/" ? "/\(link.name)" : "\(group.path)/\(link.name)"
        switch link.target {
        case .soft(let path): entries.append(InventoryEntry(path: place, target: path))
        case .external(let file, let path): entries.append(InventoryEntry(path: place, target: "\(file):\(path)"))
        case .userDefined: entries.append(InventoryEntry(path: place, target: "unknown"))
        case .hard:
          switch try group.open(link) {
          case .group(let child): if seen.insert(try child.identity).inserted { inner.append(child) }
          case .dataset(let dataset): try add(dataset, place, of: group)
          case .datatype: continue
          }
        }
      }
      // The last is taken first: HyperSpy's view after everything that it shares.
      let view = inner.filter { $0.path == "/\(FileLayout.experiments)" }
      waiting += view + inner.filter { $0.path != "/\(FileLayout.experiments)" }.reversed()
    }
  }

  private mutating func add(_ dataset: Dataset, _ place: String, of group: Group) throws {
    if let known = places[try dataset.identity] {
      entries[known].otherPaths.append(place)
      return
    }
    places[try dataset.identity] = entries.count
    var entry = InventoryEntry(path: place)
    entry.shape = try dataset.shape
    entry.dtype = ScalarType(dataset.type)?.rawValue ?? (dataset.type.isString ? "str" : "\(dataset.type)")
    entry.sha256 = try dataset.attributes.text(FileLayout.digestAttribute)
    entry.units = try units(of: dataset, place, in: group)
    entries.append(entry)
  }

  private func units(of dataset: Dataset, _ place: String, in group: Group) throws -> [String] {
    // Of a table a text for each column.
    if try dataset.attributes.contains("units"), case .strings(let units) = try dataset.attributes.value("units").elements {
      return units
    }
    guard let signal = try group.attributes.text("signal"), place.hasSuffix("/\(signal)"),
      try group.attributes.contains("axes"), case .strings(let axes) = try group.attributes.value("axes").elements
    else { return [] }
    return try axes.map { axis in
      guard try group.exists(axis), case .dataset(let values) = try group.open(axis) else { return "" }
      return try values.attributes.text("units") ?? ""
    }
  }
}

extension Attributes {
  /// The value of an attribute that is one string; nil where there is none, or it is anything else.
  fileprivate func text(_ name: String) throws -> String? {
    try contains(name) ? try value(name).string : nil
  }
}
