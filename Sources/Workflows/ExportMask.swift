internal import Blocks
internal import Formats
internal import Foundation
internal import Microscopy
public import Store

/// Writes a mask in the format that the extension of the output names: 0 and 255 as .png, truth values as .npy.
public struct ExportMask: Sendable {
  public var mask: String
  /// The map; nil: the only one of the file.
  public var map: String?
  public var output: String
  /// Whether the file may take the place of another.
  public var replaces = false

  public init(_ mask: String, output: String) {
    self.mask = mask
    self.output = output
  }

  public struct Report: Codable, Hashable, Sendable {
    public var path: String
    public var shape: [Int]
    public var files: [String]
  }

  public func run(on store: Store) throws -> Report {
    try OutputFile.demandFree(output, input: store.path, replaces: replaces)
    let map = try store.map(map)
    let mask = try map.mask(mask)
    var metadata = MapMetadata(title: "\(map.name), \(mask.name)", axes: map.axes.filter { $0.role == .navigation })
    // A line of pixels is an image of one row.
    if metadata.axes.count == 1, URL(filePath: output).pathExtension.lowercased() == "png" {
      metadata.axes.insert(Axis(name: "row", size: 1, role: .navigation), at: 0)
    }
    for index in metadata.axes.indices { metadata.axes[index].role = .signal }
    let values = StoredArray(mask.pixels, shape: metadata.shape)
    let object = ExportedMap(
      metadata: metadata, type: .bool,
      array: MemoryArray(shape: values.shape, elementSize: 1, bytes: values.bytes))
    let files = try writing { try ExportCatalogue.write(object, to: output) }
    return Report(path: mask.path, shape: values.shape, files: files)
  }
}
