internal import CHDF5

extension VirtualMapping {
  /// The mappings in a dataset's creation properties.
  static func mappings(of list: borrowing Handle, on object: String) throws(HDF5Error) -> [VirtualMapping] {
    var count = 0
    _ = try Library.call("H5Pget_virtual_count", on: object) { unsafe H5Pget_virtual_count(list.id, &count) }
    var mappings: [VirtualMapping] = []
    for index in 0..<count {
      let target = try Library.make("H5Pget_virtual_vspace", on: object) {
        H5Pget_virtual_vspace(list.id, index)
      }
      let source = try Library.make("H5Pget_virtual_srcspace", on: object) {
        H5Pget_virtual_srcspace(list.id, index)
      }
      let file = try unsafe text("H5Pget_virtual_filename", object) {
        unsafe H5Pget_virtual_filename(list.id, index, $0, $1)
      }
      let path = try unsafe text("H5Pget_virtual_dsetname", object) {
        unsafe H5Pget_virtual_dsetname(list.id, index, $0, $1)
      }
      var mapping = VirtualMapping(
        .all, file: file, path: path, shape: try Dataspace(reading: source, of: object).shape)
      mapping.selection = try Selection(reading: target, on: object)
      mapping.sourceSelection = try Selection(reading: source, on: object)
      mappings.append(mapping)
    }
    return mappings
  }

  func add(to list: borrowing Handle, shape: [Int], on object: String) throws(HDF5Error) {
    try checkName(sourceFile, call: "H5Pset_virtual", on: object)
    try checkName(sourcePath, call: "H5Pset_virtual", on: object)
    guard let selection, let sourceSelection else {
      throw HDF5Error(
        .unsupported, call: "H5Pset_virtual", on: object, "an irregular selection cannot be written")
    }
    let target = try Self.space(shape, selection, on: object)
    let source = try Self.space(sourceShape, sourceSelection, on: object)
    _ = try Library.call("H5Pset_virtual", on: object) {
      unsafe H5Pset_virtual(list.id, target.id, sourceFile, sourcePath, source.id)
    }
  }

  /// A space for a mapping: dimensions with unlimited selections are unlimited themselves.
  private static func space(_ shape: [Int], _ selection: Selection, on object: String) throws(HDF5Error)
    -> Handle
  {
    var limits: [Int?] = shape
    if case .hyperslab(_, _, let count, let block) = selection, count.count == shape.count,
      block.count == shape.count
    {
      for axis in shape.indices where count[axis] == .max || block[axis] == .max { limits[axis] = nil }
      if !limits.contains(nil) { try selection.check(against: shape, on: object) }
    } else {
      try selection.check(against: shape, on: object)
    }
    let space = try Dataspace.simple(shape: shape, maxShape: limits).makeHandle(for: object)
    try selection.apply(to: space, on: object)
    return space
  }

  private static func text(
    _ call: String, _ object: String, _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(HDF5Error) -> String {
    let length = try Library.call(call, on: object) { get(nil, 0) }
    guard length < 1 << 20 else {
      throw HDF5Error(.damaged, call: call, on: object, "a name has \(length) bytes")
    }
    var buffer = [CChar](repeating: 0, count: length + 1)
    let room = buffer.count
    _ = try Library.call(call, on: object) {
      unsafe buffer.withUnsafeMutableBufferPointer { unsafe get($0.baseAddress, room) }
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Selection {
  /// Describes a selection of the library; `nil` for what is neither everything nor regular.
  init?(reading space: borrowing Handle, on object: String) throws(HDF5Error) {
    let id = space.id
    switch Library.withGate({ H5Sget_select_type(id) }) {
    case H5S_SEL_ALL: self = .all
    case H5S_SEL_HYPERSLABS:
      let rank = try Library.call("H5Sget_simple_extent_ndims", on: object) { H5Sget_simple_extent_ndims(id) }
      guard try Library.ask("H5Sis_regular_hyperslab", on: object, { H5Sis_regular_hyperslab(id) }) else {
        return nil
      }
      var start = [hsize_t](repeating: 0, count: Int(rank))
      var (stride, count, block) = (start, start, start)
      _ = try Library.call("H5Sget_regular_hyperslab", on: object) {
        unsafe H5Sget_regular_hyperslab(id, &start, &stride, &count, &block)
      }
      let lists = [start, stride, count, block].map { $0.map { Int(clamping: $0) } }
      self = .hyperslab(start: lists[0], stride: lists[1], count: lists[2], block: lists[3])
    default: return nil
    }
  }
}
