internal import CHDF5

extension Dataset {
  /// The dimension scales attached to each dimension, slowest first; a list is empty where there is none.
  ///
  /// Read from the attribute DIMENSION_LIST, which `H5DSattach_scale` writes. References that lead nowhere are left out.
  ///
  /// The corresponding C function is `H5DSiterate_scales`.
  public var dimensionScales: [[Dataset]] {
    get throws(HDF5Error) {
      let rank = try space.rank
      guard try attributes.contains("DIMENSION_LIST") else { return [[Dataset]](repeating: [], count: rank) }
      let attribute = try attributes.open("DIMENSION_LIST")
      guard attribute.type == .variableLength(.reference(.object)), attribute.space.checkedCount == rank, rank <= 32 else {
        throw HDF5Error(
          .damaged, call: "H5Aread", on: attribute.location, "is no list of object references, one for each dimension")
      }
      var scales: [[Dataset]] = []
      for references in try attribute.objectReferences(count: rank) {
        var attached: [Dataset] = []
        for reference in references {
          if let scale = try dataset(of: reference) { attached.append(scale) }
        }
        scales.append(attached)
      }
      return scales
    }
  }

  /// The dataset a reference leads to; nil where it leads nowhere or to something else.
  private func dataset(of reference: hobj_ref_t) throws(HDF5Error) -> Dataset? {
    let handle: Handle
    do {
      handle = try Library.make("H5Rdereference2", anchor.handle, on: location) { id in
        unsafe withUnsafePointer(to: reference) { pointer in
          unsafe H5Rdereference2(id, lamella_h5p_default(), H5R_OBJECT, pointer)
        }
      }
    } catch  where error.kind != .closed {
      return nil
    }
    guard Library.withGate({ H5Iget_type(handle.id) }) == H5I_DATASET else { return nil }
    var name = [UInt8](repeating: 0, count: 4096)
    let length = try Library.call("H5Iget_name", on: location) {
      unsafe name.withUnsafeMutableBytes { buffer in
        unsafe H5Iget_name(handle.id, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      }
    }
    let path = String(decoding: name.prefix(min(length, name.count - 1)), as: UTF8.self)
    return try Dataset(Anchor(handle, path: path, in: file))
  }
}

extension Attribute {
  /// The lists of references that the elements are.
  fileprivate func objectReferences(count: Int) throws(HDF5Error) -> [[hobj_ref_t]] {
    let memoryType = try type.makeHandle(for: location)
    var lists = unsafe [hvl_t](repeating: hvl_t(), count: count)
    _ = try Library.call("H5Aread", handle, on: location) { unsafe H5Aread($0, memoryType.id, &lists) }
    let values = unsafe lists.map { list in
      // A list is as long as the file's heap holds it, and freed below.
      unsafe list.p.map { start in
        unsafe Array(UnsafeBufferPointer(start: start.assumingMemoryBound(to: hobj_ref_t.self), count: list.len))
      } ?? []
    }
    Library.withGate {
      unsafe lists.forEach { if unsafe $0.p != nil { unsafe H5free_memory($0.p) } }
    }
    return values
  }
}
