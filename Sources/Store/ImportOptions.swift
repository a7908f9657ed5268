internal import Foundation

/// How an array is brought into a file.
public struct ImportOptions: Sendable {
  /// The extents of a chunk; chosen by the axes when nil.
  public var chunks: [Int]?
  /// Deflate's level, 1 fastest … 12 smallest.
  public var level = 4
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Bytes of data in memory at a time.
  public var memory = 160 << 20

  public init() {}
}

/// Whether to go on.
public enum Step: Hashable, Sendable { case proceed, stop }

/// Takes the bytes done and their total, now and then.
public typealias ProgressCallback = (_ done: Int, _ total: Int) -> Step
