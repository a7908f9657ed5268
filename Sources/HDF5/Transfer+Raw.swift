extension Transfer {
  /// The elements' bytes in the given type, or as the file has them.
  func readRaw(as type: Datatype? = nil) throws(HDF5Error) -> [UInt8] {
    let type = type ?? fileType
    let size = try byteCount(of: type)
    let memoryType = try type.makeHandle(for: object)
    return try unsafe array(of: UInt8.self, size) { (buffer) throws(HDF5Error) in
      try unsafe read(memoryType, into: buffer)
    }
  }

  func writeRaw(_ bytes: [UInt8], as type: Datatype? = nil) throws(HDF5Error) {
    let type = type ?? fileType
    let size = try byteCount(of: type)
    guard bytes.count == size else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dwrite", on: object, "needs \(size) bytes, not \(bytes.count)")
    }
    try put(bytes, as: type)
  }

  private func byteCount(of type: Datatype) throws(HDF5Error) -> Int {
    guard type.isSelfContained else {
      throw HDF5Error(
        .typeMismatch, call: "H5Dread", on: object, "elements of type \(type) have no bytes of their own",
        advice: "Read them as strings or as lists.")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard !overflow else {
      throw HDF5Error(.tooLarge, call: "H5Dread", on: object, "the elements do not fit in memory")
    }
    return size
  }
}
