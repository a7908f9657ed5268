internal import Glibc

/// The folder of an opened file, by which names that the file holds are judged.
///
/// A file opened through a symbolic link has two: the link's and the file's own.
struct Folder: Hashable, Sendable {
  private let roots: [String]

  /// The folder of the name by which the file was opened.
  var path: String { roots.first ?? "/" }

  init(of path: String) {
    let absolute = Self.absolute(path)
    let folders = [Self.parent(of: absolute), Self.resolve(absolute).map { Self.parent(of: $0) }]
    roots = folders.compactMap { $0.flatMap { Self.resolve($0) } }
  }

  /// Whether a file, named in a file of this folder, lies in the folder or under it once links are resolved.
  ///
  /// A name is searched as libhdf5 does: beside the naming file, then in the working folder.
  func allows(_ name: String, beside parent: String) -> Bool {
    if name.utf8.contains(0) || name.isEmpty { return false }
    if name.hasPrefix("/") { return contains(name) }
    let parent = Self.absolute(parent)
    var places = [Self.parent(of: parent), Self.absolute(".")]
    if let real = Self.resolve(parent) { places.append(Self.parent(of: real)) }
    let candidates = places.map { "\($0)/\(name)" }
    if let found = candidates.first(where: { Self.resolve($0) != nil }) { return contains(found) }
    return contains(candidates[0])
  }

  /// Whether a path, which need not exist, stays in the folder.
  func contains(_ path: String) -> Bool {
    guard let real = Self.resolve(path) ?? Self.resolveParent(of: path) else { return false }
    return roots.contains { $0 == "/" || real.hasPrefix("\($0)/") }
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    var buffer = [CChar](repeating: 0, count: 4097)
    guard unsafe getcwd(&buffer, buffer.count) != nil else { return path }
    let here = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path == "." ? here : "\(here)/\(path)"
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The path without symbolic links and dots, or `nil` where nothing is there.
  static func resolve(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func resolveParent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let name = path[path.index(after: slash)...]
    if name.isEmpty || name == "." || name == ".." { return nil }
    return resolve(parent(of: path)).map { $0 == "/" ? "/\(name)" : "\($0)/\(name)" }
  }
}
