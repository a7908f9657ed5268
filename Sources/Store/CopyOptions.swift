internal import Foundation

/// How a file is laid out when it is copied.
public struct CopyOptions: Sendable {
  /// How the values of maps are cut; what else there is keeps its chunks.
  public enum Chunks: Hashable, Sendable {
    case asStored
    /// As an import chooses them.
    case chosen
    /// These extents, for maps with as many dimensions; others keep theirs.
    case extents([Int])
  }

  public var chunks = Chunks.asStored
  /// Deflate's level, 1 fastest … 12 smallest; when nil, chunks that keep their shape are copied as they are stored.
  public var level: Int?
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Bytes of data in memory at a time.
  public var memory = ChunkPipeline.usualMemory
  /// Whether the copy is for keeping: maps and results that were never finished stay behind, and arrays of older versions get
  /// the checksums of their chunks. What begins with a dot always stays behind.
  public var isForKeeping = false

  public init() {}

  /// How a dataset is written that the pipeline rewrites in chunks.
  func forImport(chunks: [Int]) -> ImportOptions {
    var options = ImportOptions()
    options.chunks = chunks
    options.level = level ?? options.level
    options.threads = threads
    options.memory = memory
    return options
  }
}
