internal import Blocks
internal import Microscopy

/// Writes .npy files, version 1, little-endian in C order; they hold the values and no metadata.
public enum NumPyWriter: FormatWriter {
  public static let name = NumPyHeader.format
  public static let extensions = ["npy"]

  public static func refusal(of map: ExportedMap) -> String? { nil }

  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    let file = try AtomicFile(path, format: name)
    try file.write(NumPyHeader.bytes(shape: map.array.shape, type: map.type))
    try map.array.forEachSlab { bytes in
      var bytes = bytes
      if ByteOrder.native != .little { swapBytes(&bytes, width: map.type.swapWidth) }
      try file.write(bytes)
    }
    try file.commit()
    return [path]
  }
}
