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

  /// A name beside the file at this path, for what takes its place when it is whole; what killed programs left there goes.
  func makeAside() -> String { File.nameAside(of: self) }

  /// Gives the file at this path another name, at once, and sees to it that both are on the disk.
  ///
  /// - Parameter replacing: whether it takes the place of another file; otherwise that is an error.
  func takePlace(of path: String, replacing: Bool = true) throws {
    do {
      try File.move(self, to: path, replacing: replacing)
    } catch {
      throw StoreError(error.kind == .alreadyExists ? .exists : .file, file: path, error.problem, advice: error.advice)
    }
  }
}
