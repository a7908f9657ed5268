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

extension Node {
  init(_ anchor: Anchor) throws(HDF5Error) {
    switch anchor.kind {
    case .group: self = .group(Group(anchor))
    case .dataset: self = .dataset(try Dataset(anchor))
    case .datatype: self = .datatype(try NamedDatatype(anchor))
    }
  }
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

  var kind: ObjectKind {
    switch Library.withGate({ H5Iget_type(handle.id) }) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    default: .datatype
    }
  }

  /// Throws where the object turns out to lie in a file outside the folder.
  ///
  /// The guard judges links before they are followed; this judges where they led.
  func requireInsideFolder() throws(HDF5Error) {
    if file.guardian.allowsOutside { return }
    let name = try fileName()
    if name == Folder.absolute(file.path) || file.guardian.folder.contains(name) { return }
    throw HDF5Error(
      .outsideFolder, call: "H5Fget_name", on: location, "lies in \(name), out of the file's folder")
  }

  /// The name of the file that holds the object, which an external link may have led to.
  func fileName() throws(HDF5Error) -> String {
    let length = try Library.call("H5Fget_name", handle, on: location) { H5Fget_name($0, nil, 0) }
    var buffer = [CChar](repeating: 0, count: Int(length) + 1)
    _ = try Library.call("H5Fget_name", handle, on: location) {
      unsafe H5Fget_name($0, &buffer, buffer.count)
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

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
