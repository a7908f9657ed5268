internal import CHDF5

extension Layout {
  init(reading list: borrowing Handle, on object: String) throws(HDF5Error) {
    switch Library.withGate({ H5Pget_layout(list.id) }) {
    case H5D_COMPACT: self = .compact
    case H5D_CHUNKED:
      var extents = [hsize_t](repeating: 0, count: 33)
      let rank = try Library.call("H5Pget_chunk", on: object) { unsafe H5Pget_chunk(list.id, 33, &extents) }
      self = .chunked(extents.prefix(Int(rank)).map { Int(clamping: $0) })
    default: self = .contiguous
    }
  }

  func apply(to list: borrowing Handle, shape: [Int], on object: String) throws(HDF5Error) {
    switch self {
    case .contiguous: _ = try Library.call("H5Pset_layout", on: object) { H5Pset_layout(list.id, H5D_CONTIGUOUS) }
    case .compact: _ = try Library.call("H5Pset_layout", on: object) { H5Pset_layout(list.id, H5D_COMPACT) }
    case .chunked(let chunk):
      guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Pset_chunk", on: object, "chunks of \(chunk) do not fit the shape \(shape)",
          advice: "Give one positive extent for each dimension.")
      }
      let extents = try nativeExtents(chunk, call: "H5Pset_chunk", on: object)
      _ = try Library.call("H5Pset_chunk", on: object) { unsafe H5Pset_chunk(list.id, Int32(extents.count), extents) }
    }
  }
}
