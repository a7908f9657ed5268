internal import Dispatch
internal import HDF5
internal import Microscopy
internal import Synchronization

extension Dataset {
  /// The grid of chunks; nil where the layout is not chunked or there are more chunks than any file has.
  func chunkGrid() throws -> ChunkGrid? {
    let shape = try shape
    guard let chunk = chunkShape, chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }), !shape.isEmpty else {
      return nil
    }
    var count = 1
    for (extent, step) in zip(shape, chunk) {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent / step + 1)
      guard !overflow, product <= 1 << 40 else { return nil }
      count = product
    }
    return ChunkGrid(shape: shape, chunk: chunk)
  }

  /// The name under which the checksums of its chunks are kept; nil for datasets without.
  ///
  /// Members of `/checksums` that are the name of no dataset can be removed.
  func checksumName() throws -> String? {
    guard let digest: String = try attributes.readIfPresent(FileLayout.digestAttribute),
      let grid = try chunkGrid(), grid.count > 1
    else { return nil }
    return grid.name(digest: digest)
  }

  /// The CRC-32 of each chunk in C order of the grid, computed by reading them; nil where there are not several chunks.
  ///
  /// - Parameter proceeds: says now and then whether to go on.
  func computeChecksums(threads: Int, proceeds: () -> Bool) throws -> [UInt32]? {
    guard let grid = try chunkGrid(), grid.count > 1, ScalarType(type) != nil else { return nil }
    let source = try DatasetReader(self)
    let checksums = Mutex([UInt32](repeating: 0, count: grid.count))
    let failure = Mutex<(any Error)?>(nil)
    let batch = 16 * max(1, threads)
    for start in stride(from: 0, to: grid.count, by: batch) {
      guard proceeds() else { throw CancellationError() }
      DispatchQueue.concurrentPerform(iterations: min(batch, grid.count - start)) { step in
        do {
          let checksum = ChunkGrid.checksum(of: try source.read(grid.box(at: grid.index(of: start + step))))
          checksums.withLock { $0[start + step] = checksum }
        } catch {
          failure.withLock { $0 = error }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
    }
    return checksums.withLock { $0 }
  }
}
