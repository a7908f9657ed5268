internal import CHDF5

extension Dataspace {
  init(reading space: borrowing Handle, of object: String) throws(HDF5Error) {
    let id = space.id
    switch Library.withGate({ H5Sget_simple_extent_type(id) }) {
    case H5S_NULL: self = .null
    case H5S_SCALAR: self = .scalar
    default:
      let rank = try Library.call("H5Sget_simple_extent_ndims", on: object) { H5Sget_simple_extent_ndims(id) }
      var extents = [hsize_t](repeating: 0, count: Int(rank))
      var limits = extents
      _ = try Library.call("H5Sget_simple_extent_dims", on: object) {
        unsafe H5Sget_simple_extent_dims(id, &extents, &limits)
      }
      self = .simple(
        shape: extents.map { Int(clamping: $0) },
        maxShape: limits.map { $0 == lamella_h5s_unlimited() ? nil : Int(clamping: $0) })
    }
  }

  func makeHandle(for object: String) throws(HDF5Error) -> Handle {
    switch self {
    case .null: return try Library.make("H5Screate", on: object) { H5Screate(H5S_NULL) }
    case .scalar: return try Library.make("H5Screate", on: object) { H5Screate(H5S_SCALAR) }
    case .simple(let shape, let maxShape):
      let extents = try nativeExtents(shape, call: "H5Screate_simple", on: object)
      let known = try nativeExtents(maxShape.map { $0 ?? 0 }, call: "H5Screate_simple", on: object)
      guard extents.count == known.count else {
        throw HDF5Error(
          .invalidArgument, call: "H5Screate_simple", on: object,
          "the shape \(shape) and the limits \(maxShape) differ in rank")
      }
      let limits = zip(known, maxShape).map { $1 == nil ? lamella_h5s_unlimited() : $0 }
      return try Library.make("H5Screate_simple", on: object) {
        unsafe H5Screate_simple(Int32(extents.count), extents, limits)
      }
    }
  }
}
