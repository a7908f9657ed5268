internal import CHDF5
internal import CJournal
internal import Glibc
internal import Synchronization

/// An open HDF5 file.
///
/// Objects opened from it keep it open until they go; `close()` closes it at once, with everything in it.
public final class File: Sendable {
  public let path: String
  public let mode: FileMode
  public let access: FileAccess
  let handle: Handle
  let guardian: LinkGuard
  /// How many transactions contain what is being done.
  let openTransactions = Mutex(0)

  private init(
    _ handle: consuming Handle, path: String, mode: FileMode, access: FileAccess, folder: Folder? = nil
  ) throws(HDF5Error) {
    self.handle = handle
    self.path = path
    self.mode = mode
    self.access = access
    guardian = try LinkGuard(
      folder: folder ?? Folder(of: path), allowingOutside: access.allowsOutsideFiles, on: path)
  }

  /// Opens a file that exists.
  ///
  /// The corresponding C function is `H5Fopen`.
  public static func open(
    _ path: String, _ mode: FileMode = .reading, access: FileAccess = FileAccess()
  ) throws(HDF5Error) -> File {
    try open(path, mode, access: access, folder: nil)
  }

  /// Opens a file that another one names, judged by that one's folder.
  static func open(
    _ path: String, _ mode: FileMode, access: FileAccess, folder: Folder?
  ) throws(HDF5Error) -> File {
    try checkName(path, call: "H5Fopen", on: path)
    let properties = try access.makeHandle(for: path)
    let flags = mode == .writing ? lamella_h5f_acc_rdwr() : lamella_h5f_acc_rdonly()
    let handle: Handle
    do {
      handle = try Waiting.patiently(access.patience) { () throws(HDF5Error) in
        try Library.make("H5Fopen", on: path) { unsafe H5Fopen(Folder.absolute(path), flags, properties.id) }
      }
    } catch {
      throw error.explainingOpen(of: path)
    }
    if mode == .writing {
      _ = try Library.call("trim", handle, on: path) { id -> herr_t in
        lamella_journal_trim(id)
        return 0
      }
    }
    return try File(handle, path: path, mode: mode, access: access, folder: folder)
  }

  /// Creates a file and opens it for writing.
  ///
  /// A journalled file is made aside and put into place, so that there is never a file of that name that is not whole.
  ///
  /// - Parameter replacing: whether a file of that name loses its content; otherwise it is an error.
  ///
  /// The corresponding C function is `H5Fcreate`.
  public static func create(
    _ path: String, replacing: Bool = false, userBlockBytes: Int = 0, access: FileAccess = FileAccess()
  ) throws(HDF5Error) -> File {
    do {
      if access.isJournalled {
        return try create(path, replacing: replacing, userBlockBytes: userBlockBytes, access: access) { _ in }
      }
      return try make(path, replacing: replacing, userBlockBytes: userBlockBytes, access: access)
    } catch let error as HDF5Error {
      throw error.explainingCreation(of: path, replacing: replacing)
    } catch {
      throw HDF5Error(.other, call: "H5Fcreate", on: path, "\(error)")
    }
  }

  /// Creates a file of just this name; under a journal it must not exist.
  static func make(
    _ name: String, replacing: Bool = false, userBlockBytes: Int, access: FileAccess
  ) throws(HDF5Error) -> File {
    try checkName(name, call: "H5Fcreate", on: name)
    let creation = try Library.make("H5Pcreate", on: name) { H5Pcreate(lamella_h5p_file_create()) }
    _ = try Library.call("H5Pset_obj_track_times", on: name) { H5Pset_obj_track_times(creation.id, false) }
    if userBlockBytes != 0 {
      _ = try Library.call("H5Pset_userblock", on: name) {
        H5Pset_userblock(creation.id, hsize_t(clamping: userBlockBytes))
      }
    }
    let properties = try access.makeHandle(for: name)
    let flags = replacing ? lamella_h5f_acc_trunc() : lamella_h5f_acc_excl()
    let handle = try Library.make("H5Fcreate", on: name) {
      unsafe H5Fcreate(Folder.absolute(name), flags, creation.id, properties.id)
    }
    return try File(handle, path: name, mode: .writing, access: access)
  }

  /// Whether a file begins like an HDF5 file; false where it cannot be read.
  ///
  /// The corresponding C function is `H5Fis_hdf5`.
  public static func isHDF5(_ path: String) -> Bool {
    if path.utf8.contains(0) { return false }
    return Library.withGate { unsafe H5Fis_hdf5(path) } > 0
  }

  public var root: Group {
    get throws(HDF5Error) {
      let group = try Library.make("H5Gopen2", handle, on: "\(path):/") {
        unsafe H5Gopen2($0, "/", lamella_h5p_default())
      }
      return Group(Anchor(group, path: "/", in: self))
    }
  }

  public var isOpen: Bool { handle.isOpen }

  /// The size of the file as the library sees it, user block included.
  ///
  /// The corresponding C function is `H5Fget_filesize`.
  public func byteCount() throws(HDF5Error) -> Int {
    var size: hsize_t = 0
    _ = try Library.call("H5Fget_filesize", handle, on: path) { unsafe H5Fget_filesize($0, &size) }
    return Int(clamping: size)
  }

  /// The number of ids open in this file, its own included.
  ///
  /// The corresponding C function is `H5Fget_obj_count`.
  public func openObjectCount() throws(HDF5Error) -> Int {
    try Int(
      Library.call("H5Fget_obj_count", handle, on: path) { H5Fget_obj_count($0, lamella_h5f_obj_all()) })
  }
}
