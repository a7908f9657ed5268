public import HDF5
public import Microscopy

/// A map in a file: an array with calibrated axes, its metadata, and all that was made from it.
public final class Map: ResultHolder, Sendable {
  public let store: Store
  public let name: String
  public let group: Group
  /// Where the values are.
  public let dataset: Dataset
  public let axes: [Axis]
  public let shape: [Int]
  public let type: ScalarType
  /// Bytes of the values.
  public let byteCount: Int

  /// Where a map of another file lies: that file, relative to this one's folder, and the path in it.
  let origin: (file: String, path: String)?

  init(_ group: Group, in store: Store, origin: (file: String, path: String)? = nil) throws {
    self.store = store
    self.group = group
    self.origin = origin
    name = String((origin?.path ?? group.path).split(separator: "/").last ?? "")
    guard try group.kind() == .map else {
      throw StoreError(.missing, file: group.file.path, path: group.path, "this is no map")
    }
    guard try group.isComplete() else {
      throw StoreError(
        .damaged, file: group.file.path, path: group.path, "the import of this map was never finished",
        advice: "Remove it and import it again.")
    }
    let data = try group.group(FileLayout.data)
    let signal: String = try data.attributes.read("signal")
    guard try data.exists(signal) else {
      throw StoreError(
        .damaged, file: group.file.path, path: "\(data.path)/\(signal)", "the values of the map were removed",
        advice: "Take the file from a backup; lamella verify names everything that is missing.")
    }
    dataset = try data.dataset(signal)
    byteCount = try dataset.byteCount()
    shape = try dataset.shape
    axes = try data.axes()
    guard let type = ScalarType(dataset.type) else {
      throw StoreError(
        .unsupported, file: group.file.path, path: dataset.path, "elements of type \(dataset.type) are not supported")
    }
    self.type = type
    guard axes.map(\.size) == shape else {
      throw StoreError(
        .damaged, file: group.file.path, path: data.path, "the axes have the sizes \(axes.map(\.size)), the values \(shape)",
        advice: "lamella validate names every departure from the layout.")
    }
  }

  public var path: String { group.path }
  public var maps: [Map] { [self] }
  /// The number of leading axes that are navigation axes.
  public var navigationRank: Int { axes.prefix { $0.role == .navigation }.count }
  public var navigationShape: [Int] { Array(shape.prefix(navigationRank)) }
  public var signalShape: [Int] { Array(shape.dropFirst(navigationRank)) }

  /// SHA-256 of the values as it was stored when they were written; `Store.verify` compares.
  public var digest: String? {
    get throws(StoreError) {
      try guarded(store.path, dataset.path) { try dataset.attributes.readIfPresent(FileLayout.digestAttribute) }
    }
  }

  /// This map as the input of an operation, for the provenance of what is made from it.
  public var input: Provenance.Input {
    get throws(StoreError) {
      let end = dataset.path.dropFirst(group.path.count)
      return Provenance.Input(path: (origin?.path ?? group.path) + end, file: origin?.file, sha256: try digest)
    }
  }

  /// Axes, sample, instrument and the vendor's tree.
  public var metadata: MapMetadata {
    get throws(StoreError) { try guarded(store.path, path) { try group.metadata(axes: axes) } }
  }

  /// What made the map; nil when that was not recorded.
  public var provenance: Provenance? {
    get throws(StoreError) {
      try guarded(store.path, path) {
        guard try group.exists(FileLayout.provenance) else { return nil }
        return try group.group(FileLayout.provenance).provenance()
      }
    }
  }

  /// The elements of a box, in C order, native byte order.
  public func read(_ box: [Range<Int>]) throws(StoreError) -> [UInt8] {
    try guarded(store.path, dataset.path) { try dataset.readRaw(.box(box), as: type.datatype) }
  }
}
