internal import CDeflate
internal import HDF5

/// The grid of chunks over an array, and the checksums of the chunks that the file keeps.
///
/// The checksums of an array lie in the root group `checksums`, under a name made of its digest and its extents: whatever
/// becomes of the dataset, a list is found by content alone and never taken for that of another array. Lists that no dataset
/// leads to are harmless.
struct ChunkGrid: Hashable, Sendable {
  let shape: [Int]
  let chunk: [Int]
  /// Chunks along each dimension.
  let extents: [Int]
  /// Chunks in all.
  let count: Int

  /// - Precondition: the extents of a chunk are positive, and the number of chunks fits an `Int`.
  init(shape: [Int], chunk: [Int]) {
    self.shape = shape
    self.chunk = chunk
    extents = zip(shape, chunk).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
    count = extents.reduce(1, *)
  }

  /// The place of a chunk in the C order of the grid.
  func number(of box: [Range<Int>]) -> Int {
    zip(zip(box, chunk), extents).reduce(0) { $0 * $1.1 + $1.0.0.lowerBound / $1.0.1 }
  }

  /// The index of the chunk at a place in the C order of the grid.
  func index(of number: Int) -> [Int] { Box.index(of: number, in: extents) }

  /// The elements of a chunk that lie in the array.
  func box(at index: [Int]) -> [Range<Int>] {
    index.indices.map { axis in
      let start = index[axis] * chunk[axis]
      return start..<min(start + chunk[axis], shape[axis])
    }
  }

  /// The CRC-32 of zlib and PNG.
  static func checksum(of bytes: [UInt8]) -> UInt32 { unsafe libdeflate_crc32(0, bytes, bytes.count) }

  /// The name under which the checksums of an array of that digest are kept.
  func name(digest: String) -> String {
    "\(digest)-\(shape.map(String.init).joined(separator: "x"))-\(chunk.map(String.init).joined(separator: "x"))"
  }

  /// Keeps the checksums of the chunks of an array: one number a chunk, in an array of the grid's extents.
  func keep(_ checksums: [UInt32], digest: String, in file: File) throws {
    let folder = try file.root.requireGroup(FileLayout.checksums, nexusClass: "NXcollection")
    let name = name(digest: digest)
    if try folder.exists(name) {
      // The same values were here before.
      if try self.checksums(digest: digest, in: file) == checksums { return }
      try folder.delete(name)
    }
    let dataset = try folder.createDataset(name, type: .uint32, shape: extents)
    try dataset.write(checksums)
    try dataset.seal(Digest.sha256(unsafe checksums.withUnsafeBytes { unsafe Array($0) }))
  }

  /// The checksums kept for an array of that digest; nil when there are none, or they are damaged themselves.
  func checksums(digest: String, in file: File) throws -> [UInt32]? {
    let path = "\(FileLayout.checksums)/\(name(digest: digest))"
    do {
      let root = try file.root
      guard try root.exists(path) else { return nil }
      let dataset = try root.dataset(path)
      guard try dataset.shape == extents, dataset.type == .uint32 else { return nil }
      let checksums: [UInt32] = try dataset.read()
      let seal: String? = try dataset.attributes.readIfPresent(FileLayout.digestAttribute)
      return seal == Digest.sha256(unsafe checksums.withUnsafeBytes { unsafe Array($0) }) ? checksums : nil
    } catch {
      return nil
    }
  }
}
