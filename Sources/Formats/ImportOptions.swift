public import Microscopy

/// What a user says about a file that the file does not say itself.
public struct ImportOptions: Hashable, Sendable {
  /// The name of the reader to use whatever the file looks like.
  public var format: String?
  /// Extents, slowest first.
  public var shape: [Int]?
  public var type: ScalarType?
  public var byteOrder: ByteOrder?
  /// Bytes before the first value.
  public var offset: Int?
  /// Slowest first; they replace what the file says of its axes.
  public var axes: [AxisDescription]?
  /// The dataset or member inside the file, such as "/entry/data/counts"; all of them when nil.
  public var dataset: String?
  /// Whether links that leave the file's folder may be followed.
  public var followsForeignLinks = false
  /// Compressed arrays that are larger than this many bytes are unpacked into a temporary file, not into memory.
  public var memoryLimit = 256 << 20

  public init() {}
}
