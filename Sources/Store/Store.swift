public import HDF5

/// An experiment file: maps, series of maps, models, and everything made from them.
///
/// The tree and its meaning are in `Schemas/`. One writer at a time; reading is safe from several threads, and from other
/// programs while one writes.
///
/// Writing is a sequence of transactions: what was written since the last `commit()` becomes part of the file at once with
/// the next, or with `close()`. A store that goes without, and a program that is killed, leave the file as the last commit did.
public final class Store: Sendable {
  public enum Mode: Hashable, Sendable { case reading, writing }

  public let path: String
  public let mode: Mode
  /// The file beneath, for what has no verb here.
  public let file: File

  init(path: String, mode: Mode, file: File) {
    self.path = path
    self.mode = mode
    self.file = file
  }

  /// Creates an empty file; one of that name is an error unless it may be replaced.
  public static func create(
    _ path: String, replacing: Bool = false, isJournalled: Bool = true
  ) throws(StoreError) -> Store {
    var access = Self.access
    access.isJournalled = isJournalled
    return try guarded(path) {
      let file = try File.create(path, replacing: replacing, access: access) { file in
        let root = try file.root
        try root.mark(.root, nexusClass: "NXroot")
        try root.attributes.set(FileLayout.rootAttribute, to: FileLayout.version)
        try root.attributes.set("file_format", to: "HyperSpy")
        try root.attributes.set("file_format_version", to: "3.3")
        try root.attributes.set("creator", to: Program.current.name)
        try root.attributes.set("creator_version", to: Program.current.version)
      }
      return Store(path: path, mode: .writing, file: file)
    }
  }

  /// Objects are written with checksums of their own, which HDF5 knows since 1.8: damage is found before it is believed.
  static var access: FileAccess {
    var access = FileAccess()
    access.versions = .v18 ... .v110
    return access
  }

  /// Opens a file of ours; one whose writing was cut off goes back to its last commit first.
  ///
  /// - Parameter isJournalled: without a journal a file whose writing is cut off may be lost; that is for measuring what it
  ///   costs.
  /// - Throws: `foreign` when it is another kind of file, or of a layout newer than this program.
  public static func open(
    _ path: String, _ mode: Mode = .reading, isJournalled: Bool = true
  ) throws(StoreError) -> Store {
    var access = Self.access
    access.isJournalled = isJournalled
    return try guarded(path) {
      let file: File
      do {
        file = try File.open(path, mode == .writing ? .writing : .reading, access: access)
      } catch let error as HDF5Error where error.kind == .notHDF5 {
        throw StoreError(
          .foreign, file: path, "this is no Lamella file, nor any other HDF5 file",
          advice: "Import it: lamella import \(path) -o NEW.hspy")
      }
      guard let version: Int64 = try file.root.attributes.readIfPresent(FileLayout.rootAttribute) else {
        throw StoreError(
          .foreign, file: path, "this HDF5 file was not written by Lamella",
          advice: "Import what it holds: lamella import \(path) -o NEW.hspy")
      }
      guard version <= FileLayout.version else {
        throw StoreError(
          .foreign, file: path, "the file has layout \(version), this program knows layouts up to \(FileLayout.version)",
          advice: "Open it with a newer Lamella.")
      }
      return Store(path: path, mode: mode, file: file)
    }
  }

  /// Whether a file says of itself that it is one of ours; false where it cannot be read.
  ///
  /// - Throws: `locked` while another program writes it.
  public static func isStore(_ path: String) throws(StoreError) -> Bool {
    do {
      return try File.open(path).root.attributes.contains(FileLayout.rootAttribute)
    } catch {
      if error.kind == .locked || error.kind == .unrecovered { throw StoreError(error, file: path, path: "/") }
      return false
    }
  }

  /// The version of the file's layout.
  public var layoutVersion: Int {
    get throws(StoreError) { try guarded(path) { try root.attributes.read(FileLayout.rootAttribute) } }
  }

  var root: Group { get throws { try file.root } }

  func requireWriting() throws(StoreError) {
    guard mode == .writing else {
      throw StoreError(.invalid, file: path, "the file is open for reading only", advice: "Open it for writing.")
    }
  }
}
