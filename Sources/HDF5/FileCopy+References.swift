internal import CHDF5

/// Values that refer to objects: read from the source, led to the copies, and written.
extension FileCopy {
  /// Bytes of elements in memory at a time.
  private static let budget = 16 << 20

  func translateAttribute(_ name: [CChar], from source: Anchor, to target: Anchor) throws(HDF5Error) {
    let location = source.location
    let attribute = try Library.make("H5Aopen", source.handle, on: location) {
      unsafe H5Aopen($0, name, lamella_h5p_default())
    }
    let copy = try Library.make("H5Aopen", target.handle, on: location) {
      unsafe H5Aopen($0, name, lamella_h5p_default())
    }
    let type = try Library.make("H5Aget_type", on: location) { H5Aget_type(attribute.id) }
    try copyValue(
      attribute, to: copy, type: type, layout: ReferenceLayout(type, of: location), source: source, location)
  }

  /// Copies the value of an attribute, its references led to the copies.
  func copyValue(
    _ attribute: borrowing Handle, to copy: borrowing Handle, type: borrowing Handle, layout: ReferenceLayout,
    source: Anchor, _ location: String
  ) throws(HDF5Error) {
    let space = try Library.make("H5Aget_space", on: location) { H5Aget_space(attribute.id) }
    let (count, size, storage) = Library.withGate {
      (H5Sget_simple_extent_npoints(space.id), H5Tget_size(type.id), H5Aget_storage_size(attribute.id))
    }
    guard count > 0 else { return }
    // An attribute lies in the file as it is: one that claims more bytes than the file has is a lie.
    let (bytes, overflow) = Int(count).multipliedReportingOverflow(by: max(1, size))
    let available = bytes > 1 << 20 ? try source.file.byteCount() : Int.max
    guard !overflow, storage <= UInt64(available), bytes / 4 <= available else {
      throw HDF5Error(.damaged, call: "H5Aread", on: location, "claims more bytes than the file has")
    }
    try unsafe withElements(bytes, location) { (buffer) throws(HDF5Error) in
      _ = try Library.call("H5Aread", on: location) { unsafe H5Aread(attribute.id, type.id, buffer.baseAddress) }
      var failure: HDF5Error?
      do throws(HDF5Error) {
        try unsafe translate(buffer, count: Int(count), stride: size, layout, source)
        _ = try Library.call("H5Awrite", on: location) { unsafe H5Awrite(copy.id, type.id, buffer.baseAddress) }
      } catch {
        failure = error
      }
      _ = Library.withGate { unsafe H5Dvlen_reclaim(type.id, space.id, lamella_h5p_default(), buffer.baseAddress) }
      if let failure { throw failure }
    }
  }

  /// Copies the values of a dataset of references, some rows at a time.
  func translateValues(from source: Anchor, to target: Anchor) throws(HDF5Error) {
    let dataset = try Dataset(Anchor(try reopened(source), path: source.path, in: source.file))
    let copy = try Dataset(Anchor(try reopened(target), path: target.path, in: target.file))
    let location = source.location
    let type = try Library.make("H5Dget_type", dataset.handle, on: location) { H5Dget_type($0) }
    let layout = try ReferenceLayout(type, of: location)
    let size = Library.withGate { H5Tget_size(type.id) }
    guard try dataset.storageSize > 0 else { return }
    let shape = try dataset.shape
    let row = max(1, shape.dropFirst().reduce(size) { $0.multipliedReportingOverflow(by: $1).partialValue })
    let step = max(1, Self.budget / row)
    var start = 0
    repeat {
      var selection = Selection.all
      if let first = shape.first {
        guard start < first else { return }
        selection = .box([start..<min(first, start + step)] + shape.dropFirst().map { 0..<$0 })
      }
      let reading = try dataset.transfer(selection, .nearest, forWriting: false, elementSize: size)
      let writing = try copy.transfer(selection, .nearest, forWriting: true, elementSize: size)
      try unsafe withElements(reading.count * size, location) { (buffer) throws(HDF5Error) in
        guard let start = buffer.baseAddress else { return }
        try unsafe reading.read(type, into: start)
        var failure: HDF5Error?
        do throws(HDF5Error) {
          try unsafe translate(buffer, count: reading.count, stride: size, layout, source)
          try unsafe writing.write(type, from: start)
        } catch {
          failure = error
        }
        _ = Library.withGate {
          unsafe H5Dvlen_reclaim(type.id, reading.memorySpace.id, lamella_h5p_default(), start)
        }
        if let failure { throw failure }
      }
      start += step
    } while start < shape.first ?? 0
  }

  private func reopened(_ anchor: Anchor) throws(HDF5Error) -> Handle {
    try Library.make("H5Oopen", anchor.handle, on: anchor.location) { unsafe H5Oopen($0, ".", lamella_h5p_default()) }
  }

  /// Runs a body on zeroed memory.
  private func withElements(
    _ count: Int, _ location: String, _ body: (UnsafeMutableRawBufferPointer) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
    defer { unsafe buffer.deallocate() }
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
    try unsafe body(buffer)
  }

  /// Leads every reference in so many elements to the copy of its object.
  private func translate(
    _ elements: UnsafeMutableRawBufferPointer, count: Int, stride: Int, _ layout: ReferenceLayout, _ source: Anchor
  ) throws(HDF5Error) {
    guard let start = elements.baseAddress, layout != .none else { return }
    for index in 0..<count { try unsafe translate(start + index * stride, layout, source) }
  }

  private func translate(
    _ element: UnsafeMutableRawPointer, _ layout: ReferenceLayout, _ source: Anchor
  ) throws(HDF5Error) {
    switch layout {
    case .none: return
    case .object:
      let address = unsafe element.loadUnaligned(as: hobj_ref_t.self)
      unsafe element.storeBytes(of: hobj_ref_t(addresses[UInt64(address)] ?? 0), as: hobj_ref_t.self)
    case .region: try unsafe translateRegion(element, source)
    case .fields(let fields):
      for field in fields { try unsafe translate(element + field.offset, field.layout, source) }
    case .array(let count, let stride, let layout):
      for index in 0..<count { try unsafe translate(element + index * stride, layout, source) }
    case .list(let stride, let layout):
      let list = unsafe element.loadUnaligned(as: hvl_t.self)
      guard let start = unsafe list.p else { return }
      for index in 0..<(unsafe list.len) { try unsafe translate(start + index * stride, layout, source) }
    }
  }

  /// A reference to part of a dataset: the same part of the copy.
  private func translateRegion(_ element: UnsafeMutableRawPointer, _ source: Anchor) throws(HDF5Error) {
    let size = MemoryLayout<hdset_reg_ref_t>.size
    var old = unsafe [UInt8](UnsafeRawBufferPointer(start: element, count: size))
    unsafe element.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    guard old.contains(where: { $0 != 0 }) else { return }
    let location = source.location
    let object = try Library.make("H5Rdereference2", source.handle, on: location) {
      unsafe H5Rdereference2($0, lamella_h5p_default(), H5R_DATASET_REGION, &old)
    }
    let region = try Library.make("H5Rget_region", source.handle, on: location) {
      unsafe H5Rget_region($0, H5R_DATASET_REGION, &old)
    }
    var information = H5O_info_t()
    _ = try Library.call("H5Oget_info2", on: location) {
      unsafe H5Oget_info2(object.id, &information, UInt32(H5O_INFO_BASIC))
    }
    guard let address = addresses[UInt64(information.addr)] else { return }
    let copy = try self.object(at: address, location)
    _ = try Library.call("H5Rcreate", on: location) {
      unsafe H5Rcreate(element, copy.id, ".", H5R_DATASET_REGION, region.id)
    }
  }
}
