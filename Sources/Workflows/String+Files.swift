import Foundation
internal import HDF5
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

  /// Gives the file at this path the name of another one, which it replaces at once, and sees to it that both are on the disk.
  func takePlace(of path: String) throws {
    do {
      try File.move(self, to: path, replacing: true)
    } catch {
      throw StoreError(.file, file: path, error.problem, advice: error.advice)
    }
  }
}
