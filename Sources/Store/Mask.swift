public import HDF5

/// A choice of pixels of a map, by name, with what made it.
public struct Mask: Sendable {
  public let name: String
  public let group: Group
  /// True for the pixels that belong to it; one per flattened navigation index.
  public let pixels: [Bool]
  /// The value above which pixels of an image belong to it; nil where no threshold made it.
  public let level: Double?
  public let provenance: Provenance?
  public let digest: String?

  public var path: String { group.path }
  /// The mask as the input of an operation.
  public var input: Provenance.Input { Provenance.Input(path: "\(path)/mask", sha256: digest) }
  public var count: Int { pixels.count { $0 } }

  init(_ group: Group) throws {
    self.group = group
    name = String(group.path.split(separator: "/").last ?? "")
    let dataset = try group.dataset("mask")
    pixels = try dataset.read(as: Bool.self)
    digest = try dataset.attributes.readIfPresent(FileLayout.digestAttribute)
    level = try group.numberIfPresent("level")
    provenance =
      try group.exists(FileLayout.provenance) ? try group.group(FileLayout.provenance).provenance() : nil
  }
}
