internal import Foundation

/// What tells one file from another, by whatever names and links it is reached.
///
/// The corresponding C function is `stat`.
public enum FileIdentity: Hashable, Sendable {
  case node(device: UInt64, number: UInt64)
  /// What is not there, or is no regular file: nobody can read a pipe or a device to its end.
  case absent(path: String)

  public init(_ path: String) {
    var status = stat()
    self =
      unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      ? .node(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
      : .absent(path: URL(fileURLWithPath: path).standardizedFileURL.path)
  }

  public var exists: Bool { if case .node = self { true } else { false } }
}

extension String {
  /// The folder of the file at this path, by its real name.
  var realFolder: String { URL(fileURLWithPath: self).deletingLastPathComponent().resolvingSymlinksInPath().path }

  /// The path of this file as another file names it: relative to that one's folder, so that both can be moved together; an
  /// absolute path that leads out of that folder stays as it is.
  public func named(from file: String) -> String {
    let folder = file.realFolder.split(separator: "/")
    let own = realFolder.split(separator: "/")
    let name = URL(fileURLWithPath: self).lastPathComponent
    let common = zip(folder, own).prefix { $0 == $1 }.count
    if common < folder.count, hasPrefix("/") { return self }
    let steps = Array(repeating: "..", count: folder.count - common) + own.dropFirst(common).map(String.init)
    return (steps + [name]).joined(separator: "/")
  }
}
