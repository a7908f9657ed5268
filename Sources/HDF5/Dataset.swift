internal import CHDF5

/// An array in the file.
public final class Dataset: HDF5Object {
  let anchor: Anchor
  public let type: Datatype
  public let layout: Layout
  /// The filters in the order of writing.
  public let filters: [Filter]

  /// - Parameter viewers: the virtual datasets that show this one, outermost first.
  init(_ anchor: Anchor, viewers: [ObjectIdentity] = []) throws(HDF5Error) {
    self.anchor = anchor
    let location = anchor.location
    let type = try Library.make("H5Dget_type", anchor.handle, on: location) { H5Dget_type($0) }
    self.type = try Datatype(reading: type, of: location)
    let list = try Library.make("H5Dget_create_plist", anchor.handle, on: location) {
      H5Dget_create_plist($0)
    }
    layout = try Layout(reading: list, on: location)
    filters = try Filter.pipeline(of: list, on: location)
    try checkSources(viewers: viewers)
  }

  public var file: File { anchor.file }
  public var path: String { anchor.path }
  public var attributes: Attributes { Attributes(anchor) }
  public var identity: ObjectIdentity { get throws(HDF5Error) { try anchor.identity() } }
  public func close() throws(HDF5Error) { try anchor.handle.close(anchor.location) }

  var handle: Handle { _read { yield anchor.handle } }
  var location: String { anchor.location }

  /// The extent now; another program or `resize` may change it.
  ///
  /// The corresponding C function is `H5Dget_space`.
  public var space: Dataspace {
    get throws(HDF5Error) {
      let space = try Library.make("H5Dget_space", anchor.handle, on: location) { H5Dget_space($0) }
      return try Dataspace(reading: space, of: location)
    }
  }

  /// The extents in C order; empty for a scalar.
  public var shape: [Int] { get throws(HDF5Error) { try space.shape } }

  /// The extents of a chunk, or `nil` where the layout is not chunked.
  public var chunkShape: [Int]? { if case .chunked(let shape) = layout { shape } else { nil } }

  /// Bytes that the elements take in the file.
  ///
  /// The corresponding C function is `H5Dget_storage_size`.
  public var storageSize: Int {
    get throws(HDF5Error) {
      Int(
        clamping: try Library.call("H5Dget_storage_size", anchor.handle, on: location) {
          Int64(clamping: H5Dget_storage_size($0))
        })
    }
  }

  /// Changes the extents, within those the dataset was made with; chunked datasets only.
  ///
  /// The corresponding C function is `H5Dset_extent`.
  public func resize(to shape: [Int]) throws(HDF5Error) {
    let extents = try nativeExtents(shape, call: "H5Dset_extent", on: location)
    let space = try space
    guard shape.count == space.rank, zip(shape, space.maxShape).allSatisfy({ $0 <= $1 ?? .max }) else {
      throw HDF5Error(
        .outOfBounds, call: "H5Dset_extent", on: location, "cannot grow to \(shape)",
        advice: "It was made to grow up to \(space.maxShape.map { $0.map(String.init) ?? "any" }).")
    }
    _ = try Library.call("H5Dset_extent", anchor.handle, on: location) { unsafe H5Dset_extent($0, extents) }
  }
}
