/// How a file is opened.
public enum FileMode: Hashable, Sendable { case reading, writing }

/// A release of the file format, for the bounds of what may be written.
public enum FormatVersion: Int, Hashable, Sendable, Comparable {
  case earliest, v18, v110

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The properties with which a file is opened.
public struct FileAccess: Hashable, Sendable {
  /// Objects are written in the oldest format that can hold them, within these bounds.
  public var versions: ClosedRange<FormatVersion> = .earliest ... .v110
  /// Whether what is written becomes part of the file only by a commit, all at once, so that the file is whole whatever
  /// happens. Without it a file that is cut off in the middle may be lost.
  public var isJournalled: Bool = true
  /// Seconds to wait for other programs that have the file.
  public var patience: Double = 10
  /// Whether the file is locked against other programs; `nil` leaves it to the environment variable
  /// `HDF5_USE_FILE_LOCKING`.
  public var locking: Bool? = nil
  /// Bytes of decoded chunks kept for each dataset.
  public var chunkCacheBytes: Int = 1 << 20
  /// Bytes of metadata allocated at a time.
  public var metadataBlockBytes: Int = 2048
  /// Whether links and virtual datasets may lead out of the file's folder.
  public var allowsOutsideFiles: Bool = false

  public init() {}
}
