internal import Glibc

/// Files that are made aside, so that there is never one of their name that is not whole.
extension File {
  /// Creates a file with its first content, and opens it for writing: there is never a file of that name without it.
  ///
  /// - Parameter replacing: whether a file of that name is replaced; otherwise it is an error.
  public static func create(
    _ path: String, replacing: Bool = false, userBlockBytes: Int = 0, access: FileAccess = FileAccess(),
    content: (File) throws -> Void
  ) throws -> File {
    try checkName(path, call: "H5Fcreate", on: path)
    let name = nameAside(of: path)
    do {
      let file = try make(name, userBlockBytes: userBlockBytes, access: access)
      try content(file)
      try file.close()
      try move(name, to: path, replacing: replacing)
    } catch {
      unsafe unlink(name)
      guard var problem = error as? HDF5Error else { throw error }
      if problem.object == name { problem.object = path }
      throw problem.explainingCreation(of: path, replacing: replacing)
    }
    return try open(path, .writing, access: access)
  }

  /// A name beside a file, for what takes its place when it is whole; what killed programs left under such names goes.
  public static func nameAside(of path: String) -> String {
    let absolute = Folder.absolute(path)
    let folder = Folder.parent(of: absolute)
    let prefix = ".\(absolute.split(separator: "/").last ?? "")."
    for name in entries(of: folder) where name.hasPrefix(prefix) {
      let words = name.dropFirst(prefix.count).split(separator: ".")
      guard words.count >= 2, words[1] == "new", let process = pid_t(words[0]) else { continue }
      if kill(process, 0) != 0, errno == ESRCH { removeLeft("\(folder)/\(name)") }
    }
    return "\(folder)/\(prefix)\(getpid()).new"
  }

  /// Removes a file that nobody has open: a process of another machine may have the number.
  private static func removeLeft(_ path: String) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unsafe unlink(path) }
    Glibc.close(descriptor)
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe $0.prefix { $0 != 0 }.map { $0 } }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }
}
