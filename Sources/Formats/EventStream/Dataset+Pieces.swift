internal import HDF5

extension Dataset {
  /// Bytes that a packed chunk of a list may have when it is unpacked; beside it the library needs up to twice as many.
  private static let maximalChunkSize = 64 << 20

  /// Elements along the first dimension to read at a time: about `usual`, but whole chunks where they are packed.
  ///
  /// The library unpacks a chunk that its cache has no room for again for each read: a list that is read in such pieces, from
  /// a multiple of their length on, takes time in proportion to its own.
  /// - Throws: where unpacked chunks are larger than 64 MB.
  func pieceLength(_ usual: Int) throws(HDF5Error) -> Int {
    guard !filters.isEmpty, let chunk = chunkShape, let rows = chunk.first, rows > 0 else { return usual }
    let size = chunk.reduce(type.size) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    guard size <= Self.maximalChunkSize else {
      throw HDF5Error(
        .unsupported, call: "read", on: "\(file.path):\(path)",
        "has packed chunks of \(size) bytes, and those of at most \(Self.maximalChunkSize) can be read: h5repack can cut them")
    }
    return (max(1, usual) - 1) / rows * rows + rows
  }
}
