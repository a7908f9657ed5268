internal import HDF5
internal import Store

/// Rolls a file whose writing was cut off back to its last commit, as opening it does.
public struct RecoverFile: Sendable {
  public var file: String

  /// Whether the file was copied together with its journal.
  public var isCopied = false

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    /// Whether there was anything to roll back.
    public var rolledBack: Bool
    /// Bytes of earlier content that were put back.
    public var restoredBytes: Int
    public var bytesBefore: Int
    public var bytesAfter: Int
    /// Whether a lock was removed that a program left which no longer runs.
    public var removedLock: Bool

    enum CodingKeys: String, CodingKey {
      case file
      case rolledBack = "rolled_back"
      case restoredBytes = "restored_bytes"
      case bytesBefore = "bytes_before"
      case bytesAfter = "bytes_after"
      case removedLock = "removed_lock"
    }
  }

  /// - Throws: `StoreError`: `locked` while another program writes the file.
  public func run() throws -> Report {
    let recovery = try Store.recover(file, isCopied: isCopied)
    return Report(
      file: file, rolledBack: recovery.found, restoredBytes: recovery.restoredBytes, bytesBefore: recovery.bytesBefore,
      bytesAfter: recovery.bytesAfter, removedLock: recovery.removedLock)
  }
}
