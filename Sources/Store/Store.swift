public import HDF5

/// An experiment file: maps, series of maps, models, and everything made from them.
///
/// The tree and its meaning are in `Schemas/`. One writer at a time; reading is safe from several threads.
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
  public static func create(_ path: String, replacing: Bool = false) throws(StoreError) -> Store {
    try guarded(path) {
      let file = try File.create(path, replacing: replacing)
      let root = try file.root
      try root.mark(.root, nexusClass: "NXroot")
      try root.attributes.set(FileLayout.rootAttribute, to: FileLayout.version)
      try root.attributes.set("file_format", to: "HyperSpy")
      try root.attributes.set("file_format_version", to: "3.3")
      try root.attributes.set("creator", to: Program.current.name)
      try root.attributes.set("creator_version", to: Program.current.version)
      return Store(path: path, mode: .writing, file: file)
    }
  }

  /// Opens a file of ours.
  ///
  /// - Throws: `foreign` when it is another kind of file, or of a layout newer than this program.
  public static func open(_ path: String, _ mode: Mode = .reading) throws(StoreError) -> Store {
    try guarded(path) {
      let file: File
      do {
        file = try File.open(path, mode == .writing ? .writing : .reading)
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
  public static func isStore(_ path: String) -> Bool {
    do {
      return try File.open(path).root.attributes.contains(FileLayout.rootAttribute)
    } catch {
      return false
    }
  }

  /// Writes everything out and closes the file; a second time does nothing.
  public func close() throws(StoreError) { try guarded(path) { try file.close() } }

  /// Hands everything written to the operating system.
  public func flush() throws(StoreError) { try guarded(path) { try file.flush() } }

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
