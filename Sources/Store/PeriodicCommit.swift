internal import HDF5
internal import Synchronization

/// Commits a file now and then while much is written to it, so that little is left to sync at the end.
final class PeriodicCommit: Sendable {
  /// Bytes between two commits.
  private static let interval = 256 << 20
  private let file: File
  private let bytes = Mutex(0)

  init(of file: File) { self.file = file }

  /// Counts bytes that were written, and commits when there are enough of them and nobody reads the file.
  func count(_ count: Int) throws {
    let isDue = bytes.withLock { bytes in
      bytes += count
      guard bytes >= Self.interval else { return false }
      bytes = 0
      return true
    }
    if isDue { try file.commitIfFree() }
  }
}
