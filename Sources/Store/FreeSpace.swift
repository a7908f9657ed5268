internal import Foundation

/// Room on the disk of a file that is written to.
///
/// libhdf5 writes what belongs together in several places; a disk that fills up between them leaves a file that nobody can
/// open. So values are written only while more room than they need is left, enough for what the library still has to write.
enum FreeSpace {
  /// Bytes that stay free.
  private static let reserve = 16 << 20

  /// - Throws: `file` when the disk has no room for so many bytes more.
  static func require(_ bytes: Int, for path: String) throws(StoreError) {
    var status = statvfs()
    // A file system that does not tell is taken at its word.
    guard unsafe statvfs(path, &status) == 0, status.f_blocks > 0 else { return }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    guard free < UInt64(bytes) + UInt64(reserve) else { return }
    throw StoreError(
      .file, file: path, "the disk has only \(free >> 20) MB left",
      advice: "Free some space and repeat; \(reserve >> 20) MB are kept for the file to stay whole.")
  }
}
