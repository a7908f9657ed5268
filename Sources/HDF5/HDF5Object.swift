internal import CHDF5

/// What groups, datasets and named datatypes have in common.
public protocol HDF5Object: Sendable {
  var file: File { get }
  /// The path it was opened by, from the root of its file.
  var path: String { get }
  var attributes: Attributes { get }
  /// Tells objects apart: hard links to one object lead to the same identity.
  var identity: ObjectIdentity { get throws(HDF5Error) }
  /// Releases the object; a second time does nothing, any other use afterwards throws.
  func close() throws(HDF5Error)
}

/// Which object of which file, valid while the file is open.
public struct ObjectIdentity: Hashable, Sendable {
  /// The library's number of the open file.
  public var file: UInt
  /// The byte in the file where the object's header begins.
  public var address: UInt64
}

/// The open id of an object with the place it was opened at.
final class Anchor: Sendable {
  let handle: Handle
  let file: File
  let path: String

  init(_ handle: consuming Handle, path: String, in file: File) {
    self.handle = handle
    self.file = file
    self.path = path
  }

  /// File and path, for messages.
  var location: String { "\(file.path):\(path)" }

  func path(of name: String) -> String {
    if name.hasPrefix("/") { return name }
    return path == "/" ? "/\(name)" : "\(path)/\(name)"
  }

  func location(of name: String) -> String { "\(file.path):\(path(of: name))" }

  func information() throws(HDF5Error) -> H5O_info_t {
    var information = H5O_info_t()
    _ = try Library.call("H5Oget_info2", handle, on: location) {
      unsafe H5Oget_info2($0, &information, UInt32(H5O_INFO_BASIC))
    }
    return information
  }

  func identity() throws(HDF5Error) -> ObjectIdentity {
    let information = try information()
    return ObjectIdentity(file: UInt(information.fileno), address: UInt64(information.addr))
  }
}
