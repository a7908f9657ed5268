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
  /// The frames of a scan that are read, counted from 0; all when nil.
  public var frames: Range<Int>?
  /// Whether the frames of a scan stay apart, as the slowest navigation axis, and are not summed.
  public var keepsFrames = false
  /// Whether the signals of several detectors stay apart, as a map each, and are not summed.
  public var separatesDetectors = false
  /// Whether the frames of a scan are shifted onto each other, by the images that were taken with them, before they are summed.
  public var correctsDrift = false
  /// Pixels of a spectrum image, along y and x, that are summed to one.
  public var downsampling = 1
  /// keV; the channels of X-ray spectra above it are left out.
  public var energyCutoff: Double?
  /// Compressed arrays that are larger than this many bytes are unpacked into a temporary file, not into memory.
  public var memoryLimit = 256 << 20

  public init() {}
}
