import Foundation
public import Store

/// Writes a file anew in its place, without the space that nothing uses.
///
/// The new file is written beside the old one, read back, and takes its place in one step: a crash leaves the one or the other.
public struct RepackFile: Sendable {
  public var file: String
  public var layout = CopyOptions()

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var bytesBefore: Int
    public var bytesAfter: Int
    public var content: CopyReport
  }

  /// - Throws: `StoreError`, `OutputError`, `Stopped`; the file is then as it was.
  public func run(_ observer: Observer = .silent) throws -> Report {
    // A link stays, and the file that it leads to is repacked.
    let path = URL(filePath: file).resolvingSymlinksInPath().path(percentEncoded: false)
    // Open for writing, so that no other program writes meanwhile.
    let store = try Store.open(path, .writing)
    let old = try FileStatus(path)
    let copy = VerifiedCopy(source: store, path: path, options: layout)
    let report = try copy.write(observer)
    do {
      try old.carryOver(to: copy.aside)
      try copy.aside.takePlace(of: path)
    } catch {
      unsafe unlink(copy.aside)
      throw OutputError(error)
    }
    // Nothing was written into the old file, whose name the new one has.
    try store.abandon()
    return Report(file: file, bytesBefore: old.bytes, bytesAfter: try FileStatus(path).bytes, content: report)
  }
}

/// What the file system knows about a file.
struct FileStatus {
  private let status: stat

  /// - Throws: `StoreError` when it cannot be told.
  ///
  /// The corresponding C function is `stat`.
  init(_ path: String) throws(StoreError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw StoreError(.file, file: path, "cannot be examined: \(unsafe String(cString: strerror(errno)))")
    }
    self.status = status
  }

  var bytes: Int { Int(status.st_size) }

  /// Gives another file the permissions, and the owner and group where this user may.
  func carryOver(to path: String) throws(StoreError) {
    // Who may not give a file away keeps it, as with any file that is saved anew.
    if unsafe chown(path, status.st_uid, status.st_gid) != 0 { _ = unsafe chown(path, uid_t.max, status.st_gid) }
    guard unsafe chmod(path, status.st_mode & 0o7777) == 0 else {
      throw StoreError(.file, file: path, "cannot be given its permissions: \(unsafe String(cString: strerror(errno)))")
    }
  }
}
