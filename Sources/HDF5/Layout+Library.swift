internal import CHDF5

extension Layout {
  init(reading list: borrowing Handle, on object: String) throws(HDF5Error) {
    switch Library.withGate({ H5Pget_layout(list.id) }) {
    case H5D_COMPACT: self = .compact
    case H5D_CHUNKED:
      var extents = [hsize_t](repeating: 0, count: 33)
      let rank = try Library.call("H5Pget_chunk", on: object) { unsafe H5Pget_chunk(list.id, 33, &extents) }
      self = .chunked(extents.prefix(Int(rank)).map { Int(clamping: $0) })
    case H5D_VIRTUAL: self = .virtual(try VirtualMapping.mappings(of: list, on: object))
    default:
      let files = try Self.externalFiles(of: list, on: object)
      self = files.isEmpty ? .contiguous : .external(files: files)
    }
  }

  func apply(to list: borrowing Handle, shape: [Int], on object: String) throws(HDF5Error) {
    switch self {
    case .contiguous:
      _ = try Library.call("H5Pset_layout", on: object) { H5Pset_layout(list.id, H5D_CONTIGUOUS) }
    case .compact: _ = try Library.call("H5Pset_layout", on: object) { H5Pset_layout(list.id, H5D_COMPACT) }
    case .virtual(let mappings):
      for mapping in mappings { try mapping.add(to: list, shape: shape, on: object) }
    case .external:
      throw HDF5Error(
        .unsupported, call: "H5Pset_external", on: object, "datasets in external files are not made")
    case .chunked(let chunk):
      guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Pset_chunk", on: object,
          "chunks of \(chunk) do not fit the shape \(shape)",
          advice: "Give one positive extent for each dimension.")
      }
      let extents = try nativeExtents(chunk, call: "H5Pset_chunk", on: object)
      _ = try Library.call("H5Pset_chunk", on: object) {
        unsafe H5Pset_chunk(list.id, Int32(extents.count), extents)
      }
    }
  }

  private static func externalFiles(of list: borrowing Handle, on object: String) throws(HDF5Error)
    -> [String]
  {
    let count = try Library.call("H5Pget_external_count", on: object) { H5Pget_external_count(list.id) }
    var files: [String] = []
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 4097)
      _ = try Library.call("H5Pget_external", on: object) {
        unsafe H5Pget_external(list.id, index, name.count - 1, &name, nil, nil)
      }
      files.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return files
  }
}
