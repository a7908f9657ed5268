public import Blocks
public import HDF5
public import Microscopy

/// An image that belongs to a map: a simultaneous detector, a survey, a picture in colours.
public struct StoredImage: Sendable {
  public let name: String
  public let group: Group
  public let dataset: Dataset
  public let type: ScalarType
  public let axes: [Axis]
  public let title: String
  public let quantity: String

  public var path: String { group.path }
  public var shape: [Int] { axes.map(\.size) }

  init(_ group: Group) throws {
    self.group = group
    name = String(group.path.split(separator: "/").last ?? "")
    let signal: String = try group.attributes.read("signal")
    dataset = try group.dataset(signal)
    axes = try group.axes()
    guard let type = ScalarType(dataset.type) else {
      throw StoreError(
        .unsupported, file: group.file.path, path: dataset.path, "elements of type \(dataset.type) are not supported")
    }
    self.type = type
    title = try group.textIfPresent("title") ?? ""
    quantity = try group.attributes.readIfPresent("quantity") ?? ""
  }

  /// The values as an array that is read a box at a time.
  public var array: any ArraySource {
    get throws(StoreError) { try guarded(group.file.path, dataset.path) { try DatasetReader(dataset) } }
  }

  public var provenance: Provenance? {
    get throws(StoreError) {
      try guarded(group.file.path, path) {
        try group.exists(FileLayout.provenance) ? try group.group(FileLayout.provenance).provenance() : nil
      }
    }
  }
}
