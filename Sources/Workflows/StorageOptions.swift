import Foundation
import Store

/// How new maps are laid out in a file.
public struct StorageOptions: Codable, Hashable, Sendable {
  /// The extents of a chunk; chosen by the axes when nil.
  public var chunks: [Int]?
  /// Deflate's level, 1 fastest … 12 smallest.
  public var level = 4
  /// As many as there are cores when nil.
  public var threads: Int?
  /// Bytes of values in memory at a time; the store's own choice when nil.
  public var memory: Int?

  public init() {}

  /// The same as the store takes them.
  var forStore: ImportOptions {
    var options = ImportOptions()
    options.chunks = chunks
    options.level = level
    if let threads { options.threads = threads }
    if let memory { options.memory = memory }
    return options
  }
}
