import Foundation
import Store

/// Paths of files.
extension String {
  /// Whether this path and another one lead to the same file, by whatever names and links.
  ///
  /// The corresponding C function is `stat`.
  func isSameFile(as other: String) -> Bool {
    var own = stat()
    var others = stat()
    guard unsafe stat(self, &own) == 0, unsafe stat(other, &others) == 0 else { return false }
    return own.st_dev == others.st_dev && own.st_ino == others.st_ino
  }

  /// Renames the file at this path to another one, which it replaces in one step, once it is safely on the disk,
  /// and syncs the folder.
  ///
  /// The corresponding C functions are `fsync` and `rename`.
  func takePlace(of path: String) throws {
    let descriptor = unsafe open(self, O_RDONLY | O_CLOEXEC)
    let isOnDisk = descriptor >= 0 && fsync(descriptor) == 0
    let failure = errno
    if descriptor >= 0 { close(descriptor) }
    guard isOnDisk else { throw Self.cannotBeWritten(path, failure) }
    guard unsafe rename(self, path) == 0 else { throw Self.cannotBeWritten(path, errno) }
    // The name is on the disk when the folder is. A file system that cannot sync folders keeps names in its own way.
    let folder = unsafe open(URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func cannotBeWritten(_ path: String, _ code: Int32) -> StoreError {
    StoreError(.file, file: path, "cannot be written: \(unsafe String(cString: strerror(code)))")
  }
}
