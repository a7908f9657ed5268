internal import CHDF5

/// A chunk as it lies in the file.
public struct Chunk: Hashable, Sendable {
  /// The coordinates of its first element.
  public var offset: [Int]
  /// Bytes it takes in the file, after the filters.
  public var byteCount: Int
  /// A set bit says that the filter of that place in the pipeline was skipped.
  public var filterMask: UInt32
  /// The byte of the file where it begins.
  public var address: UInt64
}

extension Dataset {
  /// The number of chunks that are stored.
  ///
  /// The corresponding C function is `H5Dget_num_chunks`.
  public var chunkCount: Int {
    get throws(HDF5Error) {
      try requireChunks()
      let space = try Library.make("H5Dget_space", handle, on: location) { H5Dget_space($0) }
      var count: hsize_t = 0
      _ = try Library.call("H5Dget_num_chunks", handle, on: location) {
        unsafe H5Dget_num_chunks($0, space.id, &count)
      }
      return Int(clamping: count)
    }
  }

  /// The stored chunks with their places in the file, in the order of the index.
  ///
  /// libhdf5 1.10 searches its index from the start for each: beyond ten thousand chunks take `storedChunks()`.
  /// The corresponding C function is `H5Dget_chunk_info`.
  public func chunks() throws(HDF5Error) -> [Chunk] {
    let count = try chunkCount
    let rank = chunkShape?.count ?? 0
    let space = try Library.make("H5Dget_space", handle, on: location) { H5Dget_space($0) }
    var chunks: [Chunk] = []
    for index in 0..<count {
      var offset = [hsize_t](repeating: 0, count: rank)
      var mask: UInt32 = 0
      var address: haddr_t = 0
      var size: hsize_t = 0
      _ = try Library.call("H5Dget_chunk_info", handle, on: location) {
        unsafe H5Dget_chunk_info($0, space.id, hsize_t(index), &offset, &mask, &address, &size)
      }
      chunks.append(
        Chunk(
          offset: offset.map { Int(clamping: $0) }, byteCount: Int(clamping: size), filterMask: mask,
          address: UInt64(address)))
    }
    return chunks
  }

  /// The chunk at an offset with its place in the file; nil where it is not stored.
  ///
  /// A look-up in the index, quick for any number of chunks. The corresponding C function is
  /// `H5Dget_chunk_info_by_coord`.
  public func storedChunk(at offset: [Int]) throws(HDF5Error) -> Chunk? {
    guard try chunkByteCount(at: offset) > 0 else { return nil }
    let position = try chunkPosition(offset)
    var mask: UInt32 = 0
    var address: haddr_t = 0
    var size: hsize_t = 0
    _ = try Library.call("H5Dget_chunk_info_by_coord", handle, on: location) {
      unsafe H5Dget_chunk_info_by_coord($0, position, &mask, &address, &size)
    }
    return Chunk(offset: offset, byteCount: Int(clamping: size), filterMask: mask, address: UInt64(address))
  }

  /// Offsets and sizes of the stored chunks in C order of the offsets, in time proportional to the grid.
  ///
  /// The corresponding C function is `H5Dget_chunk_storage_size`.
  public func storedChunks() throws(HDF5Error) -> [(offset: [Int], byteCount: Int)] {
    try requireChunks()
    let shape = try shape
    let chunk = chunkShape ?? []
    let grid = zip(shape, chunk).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
    let count = try chunkCount
    guard let positions = product(grid), positions / 256 <= count else {
      return try chunks().map { ($0.offset, $0.byteCount) }.sorted {
        $0.offset.lexicographicallyPrecedes($1.offset)
      }
    }
    var stored: [(offset: [Int], byteCount: Int)] = []
    var offset = [Int](repeating: 0, count: grid.count)
    for _ in 0..<positions {
      let size = try chunkByteCount(at: offset)
      if size > 0 { stored.append((offset, size)) }
      for axis in grid.indices.reversed() {
        offset[axis] += chunk[axis]
        if offset[axis] < shape[axis] { break }
        offset[axis] = 0
      }
    }
    return stored
  }

  /// The bytes that the chunk at an offset takes in the file; 0 where it is not stored.
  ///
  /// A look-up in the index, quick for any number of chunks. The corresponding C function is
  /// `H5Dget_chunk_storage_size`.
  public func chunkByteCount(at offset: [Int]) throws(HDF5Error) -> Int {
    let position = try chunkPosition(offset)
    var size: hsize_t = 0
    do throws(HDF5Error) {
      _ = try Library.call("H5Dget_chunk_storage_size", handle, on: location) {
        unsafe H5Dget_chunk_storage_size($0, position, &size)
      }
    } catch {
      // The library fails where not one chunk is stored yet, and for a missing chunk that its cache holds as fill values.
      let notes = ["storage is not allocated", "chunk address isn't defined"]
      if error.frames.contains(where: { frame in notes.contains { frame.note.contains($0) } }) { return 0 }
      throw error
    }
    return Int(clamping: size)
  }

  /// A chunk as stored, before any filter is undone, with its filter mask.
  ///
  /// The corresponding C function is `H5Dread_chunk`.
  public func readChunk(at offset: [Int]) throws(HDF5Error) -> (bytes: [UInt8], mask: UInt32) {
    var bytes: [UInt8] = []
    let mask = try readChunk(at: offset, into: &bytes)
    return (bytes, mask)
  }

  /// Reads a chunk as stored into a buffer, which takes its size, and answers its filter mask.
  ///
  /// May be called from several threads; the gate is held only while the bytes are fetched.
  public func readChunk(at offset: [Int], into bytes: inout [UInt8]) throws(HDF5Error) -> UInt32 {
    let position = try chunkPosition(offset)
    let size = try chunkByteCount(at: offset)
    guard size > 0 else {
      throw HDF5Error(
        .notFound, call: "H5Dread_chunk", on: location, "the chunk at \(offset) is not stored",
        advice: "Take its elements to be the fill value.")
    }
    if bytes.count > size { bytes.removeLast(bytes.count - size) }
    if bytes.count < size { bytes += repeatElement(0, count: size - bytes.count) }
    var mask: UInt32 = 0
    _ = try Library.call("H5Dread_chunk", handle, on: location) {
      unsafe H5Dread_chunk($0, lamella_h5p_default(), position, &mask, &bytes)
    }
    return mask
  }

  /// Stores a chunk whose filters have been applied already; a set bit of the mask skips that filter.
  ///
  /// libhdf5 1.10 forgets the mask of the chunk written last until the dataset is opened anew.
  /// The corresponding C function is `H5Dwrite_chunk`.
  public func writeChunk(at offset: [Int], _ bytes: [UInt8], mask: UInt32 = 0) throws(HDF5Error) {
    let position = try chunkPosition(offset)
    guard !bytes.isEmpty else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dwrite_chunk", on: location, "a chunk needs at least one byte")
    }
    _ = try Library.call("H5Dwrite_chunk", handle, on: location) {
      unsafe H5Dwrite_chunk($0, lamella_h5p_default(), mask, position, bytes.count, bytes)
    }
  }

  private func requireChunks() throws(HDF5Error) {
    guard chunkShape != nil else {
      throw HDF5Error(
        .wrongKind, call: "H5Dget_chunk_info", on: location, "is not chunked",
        advice: "Read its elements instead.")
    }
  }

  private func chunkPosition(_ offset: [Int]) throws(HDF5Error) -> [hsize_t] {
    try requireChunks()
    guard let chunkShape, offset.count == chunkShape.count,
      zip(offset, chunkShape).allSatisfy({ $0 >= 0 && $0 % $1 == 0 })
    else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dread_chunk", on: location,
        "\(offset) is no corner of a chunk of \(chunkShape ?? [])")
    }
    guard zip(offset, try shape).allSatisfy({ $0 < $1 }) else {
      throw HDF5Error(
        .outOfBounds, call: "H5Dread_chunk", on: location, "the chunk at \(offset) lies beyond the shape")
    }
    return offset.map { hsize_t($0) }
  }
}
