internal import CHDF5

/// A datatype that has a name in the file.
public final class NamedDatatype: HDF5Object {
  public let type: Datatype
  let anchor: Anchor

  init(_ anchor: Anchor) throws(HDF5Error) {
    self.anchor = anchor
    type = try Datatype(reading: anchor.handle, of: anchor.location)
  }

  public var file: File { anchor.file }
  public var path: String { anchor.path }
  public var attributes: Attributes { Attributes(anchor) }
  public var identity: ObjectIdentity { get throws(HDF5Error) { try anchor.identity() } }
  public func close() throws(HDF5Error) { try anchor.handle.close(anchor.location) }
}
