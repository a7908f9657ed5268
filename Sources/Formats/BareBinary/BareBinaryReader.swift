internal import Foundation
internal import Microscopy

/// Reads values without any header; what they are is said by the options or by a JSON file beside them.
///
/// See ``ArrayDescription`` for the keys of the JSON file; what the options say wins over it.
public enum BareBinaryReader: FormatReader {
  public static let name = "bare binary"
  public static let extensions = ["bin", "dat"]
  public static let summary = "Numbers without a header."
  public static let options: Set<ReadingOption> = [.shape, .dtype, .byteOrder, .offset]

  /// True when a JSON sidecar lies beside the file.
  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    FileManager.default.fileExists(atPath: path + ".json")
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let sidecar = path + ".json"
    let said =
      FileManager.default.fileExists(atPath: sidecar) ? try ArrayDescription(sidecar: sidecar) : ArrayDescription()
    let missing = [
      options.shape == nil && said.shape == nil ? "--shape" : nil, options.type == nil && said.type == nil ? "--dtype" : nil,
    ].compactMap(\.self)
    guard let shape = options.shape ?? said.shape, let type = options.type ?? said.type else {
      throw FormatError(
        name, file: path, offset: 0, "has no header, and \(missing.joined(separator: " and ")) is not given",
        advice: "Say what the file holds, as in --shape 512,512,2048 --dtype uint16 --byte-order little "
          + "--offset 0 --axes y,x,energy, or in \(fileName(of: sidecar)).")
    }
    guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }) else {
      throw FormatError(
        name, file: options.shape == nil ? sidecar : path, offset: options.shape == nil ? said.places["shape"] : 0,
        field: "shape", "\(shape.map(String.init).joined(separator: ",")) is no shape",
        advice: "Give extents of at least one, slowest first.")
    }
    let array = try StridedFile(
      try FileBytes(path, format: name), offset: options.offset ?? said.offset ?? 0, shape: shape, type: type,
      byteOrder: options.byteOrder ?? said.byteOrder ?? .little)
    var metadata = MapMetadata(title: said.title ?? "", axes: Axis.defaults(for: shape), signalType: said.signalType ?? "")
    metadata.originalFile = fileName(of: path)
    if let axes = said.axes { try metadata.apply(axes, file: sidecar, at: said.places["axes"]) }
    metadata.vendor = said.tree
    let trailing = array.trailingByteCount
    return [
      ImportedMap(
        suggestedName: said.title ?? fileStem(of: path), metadata: metadata, type: type, array: array,
        notes: trailing > 0 ? ["\(trailing) bytes of the file behind the values are not used."] : [],
        files: FileManager.default.fileExists(atPath: sidecar) ? [path, sidecar] : [])
    ]
  }
}
