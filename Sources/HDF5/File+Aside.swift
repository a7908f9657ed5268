internal import Glibc

/// Files that are made aside, so that there is never one of their name that is not whole.
extension File {
  /// Creates a file with its first content, and opens it for writing: there is never a file of that name without it.
  ///
  /// - Parameter replacing: whether a file of that name is replaced; otherwise it is an error.
  public static func create(
    _ path: String, replacing: Bool = false, access: FileAccess = FileAccess(), content: (File) throws -> Void
  ) throws -> File {
    let name = nameAside(of: path)
    var plain = access
    plain.isJournalled = false
    do {
      let file = try create(name, access: plain)
      try content(file)
      try file.close()
      try move(name, to: path, replacing: replacing)
    } catch {
      unsafe unlink(name)
      throw (error as? HDF5Error)?.explainingCreation(of: path, replacing: replacing) ?? error
    }
    return try open(path, .writing, access: access)
  }

  /// A name beside a file, for what takes its place when it is whole; what killed programs left under such names goes.
  public static func nameAside(of path: String) -> String {
    let absolute = Folder.absolute(path)
    let folder = Folder.parent(of: absolute)
    let prefix = ".\(absolute.split(separator: "/").last ?? "")."
    for name in entries(of: folder) where name.hasPrefix(prefix) && name.hasSuffix(".new") {
      let number = name.dropFirst(prefix.count).dropLast(".new".count)
      if let process = pid_t(number), kill(process, 0) != 0, errno == ESRCH { removeLeft("\(folder)/\(name)") }
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
