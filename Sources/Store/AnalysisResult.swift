public import HDF5
public import Microscopy

/// What an operation left in the file: its arrays, and how they were made.
public struct AnalysisResult: Sendable {
  public let store: Store
  public let name: String
  public let group: Group
  /// Whether the operation ran to its end.
  public let isComplete: Bool
  /// Its place in the order of the results of its map or series.
  public let sequence: Int

  init(_ group: Group, store: Store) throws {
    self.store = store
    self.group = group
    name = String(group.path.split(separator: "/").last ?? "")
    isComplete = try group.isComplete()
    sequence = try group.integerIfPresent("sequence_index") ?? 0
  }

  public var path: String { group.path }

  public var provenance: Provenance {
    get throws(StoreError) { try guarded(store.path, path) { try group.provenance() } }
  }

  /// SHA-256 over the names and digests of the result's arrays, each line "name digest", in alphabetical order.
  public var digest: String? {
    get throws(StoreError) { try digest { try $0.attributes.readIfPresent(FileLayout.digestAttribute) } }
  }

  /// - Parameter digest: that of an array's values.
  func digest(_ digest: (Dataset) throws -> String?) throws(StoreError) -> String? {
    let names = try arrayNames.sorted()
    return try guarded(store.path, path) {
      let lines = try names.map { name in
        let data = try group.group(name)
        return "\(name) \(try digest(data.dataset(try data.attributes.read("signal"))) ?? "")\n"
      }
      return Digest.sha256(Array(lines.joined().utf8))
    }
  }

  /// This result as the input of an operation.
  public var input: Provenance.Input {
    get throws(StoreError) { Provenance.Input(path: path, sha256: try digest) }
  }

  /// The names of the arrays, such as "spectra" and "abundances"; those of a series' maps as "abundances/<map>".
  public var arrayNames: [String] {
    get throws(StoreError) { try guarded(store.path, path) { try Self.arrays(in: group, prefix: "") } }
  }

  /// The array that viewers show first; nil when there is none.
  public var defaultArray: String? {
    get throws(StoreError) { try guarded(store.path, path) { try group.attributes.readIfPresent("default") } }
  }

  /// An array with its axes.
  public func array(_ name: String) throws(StoreError) -> (values: StoredArray, axes: [Axis]) {
    try guarded(store.path, "\(path)/\(name)") {
      let data = try group.group(name)
      return (try data.dataset(try data.attributes.read("signal")).storedArray(), try data.axes())
    }
  }

  /// A number stored with the result; nil when there is none of that name.
  public func scalar(_ name: String) throws(StoreError) -> Double? {
    try guarded(store.path, "\(path)/scalars/\(name)") { try group.numberIfPresent("scalars/\(name)") }
  }

  /// The numbers stored with the result.
  public var scalars: [String: Double] {
    get throws(StoreError) {
      try guarded(store.path, path) {
        guard try group.exists("scalars") else { return [:] }
        let folder = try group.group("scalars")
        return try Dictionary(uniqueKeysWithValues: folder.names.map { ($0, try folder.numberIfPresent($0) ?? .nan) })
      }
    }
  }

  /// The names of the tables.
  public var tableNames: [String] {
    get throws(StoreError) {
      try guarded(store.path, path) {
        try group.names.filter { name in
          switch try group.open(name) {
          case .dataset(let dataset): StoredTable.isTable(dataset)
          case .group(let folder): try folder.attributes.contains(Self.columnsAttribute)
          case .datatype: false
          }
        }
      }
    }
  }

  /// The columns of a table in their order.
  public func table(_ name: String) throws(StoreError) -> [TableColumn] {
    try guarded(store.path, "\(path)/\(name)") {
      switch try group.open(name) {
      case .dataset(let dataset): return try StoredTable.columns(of: dataset)
      case .group(let folder): return try Self.columns(of: folder)
      case .datatype: throw StoreError(.damaged, file: store.path, path: "\(path)/\(name)", "is no table")
      }
    }
  }

  /// Version 0.1.0 kept a dataset for each column, in a group that names them.
  private static func columns(of folder: Group) throws -> [TableColumn] {
    let columns: [String] = try folder.attributes.read(columnsAttribute)
    return try columns.map { column in
      let dataset = try folder.dataset(column)
      let units: String = try dataset.attributes.readIfPresent("units") ?? ""
      return dataset.type.isString
        ? TableColumn(column, units: units, texts: try dataset.read())
        : TableColumn(column, units: units, numbers: try dataset.read(converting: .nearest))
    }
  }

  private static let columnsAttribute = "columns"

  private static func arrays(in group: Group, prefix: String) throws -> [String] {
    var names: [String] = []
    for name in try group.names {
      guard case .group(let child) = try group.open(name) else { continue }
      let nexusClass: String = try child.attributes.readIfPresent("NX_class") ?? ""
      if nexusClass == "NXdata", try child.attributes.contains("signal") {
        names.append(prefix + name)
      } else if nexusClass == "NXcollection", prefix.isEmpty {
        names += try arrays(in: child, prefix: "\(name)/")
      }
    }
    return names
  }
}

extension Dataset {
  /// All values, of any type that arrays of ours have.
  func storedArray() throws -> StoredArray {
    guard let type = ScalarType(type) else {
      throw StoreError(.damaged, file: file.path, path: path, "elements of the unexpected type \(self.type)")
    }
    _ = try byteCount()
    return StoredArray(type: type, shape: try shape, bytes: try readRaw(as: type.datatype))
  }
}
