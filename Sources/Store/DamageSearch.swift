internal import Dispatch
internal import HDF5
internal import Synchronization

/// Looks at a dataset chunk by chunk for those that are not as they were written.
struct DamageSearch {
  let dataset: Dataset
  let grid: ChunkGrid
  /// The CRC-32 of each chunk in C order of the grid; nil where the file has none.
  let checksums: [UInt32]?
  private let source: DatasetReader

  /// Nil for a dataset that is no array of several chunks.
  init?(_ dataset: Dataset, digest: String) throws {
    // A list of chunks that no memory holds belongs to a shape that is damaged itself.
    guard let grid = try dataset.chunkGrid(), (2...1 << 28).contains(grid.count), !dataset.type.isString else { return nil }
    self.dataset = dataset
    self.grid = grid
    checksums = try grid.checksums(digest: digest, in: dataset.file)
    source = try DatasetReader(dataset)
  }

  /// The damaged chunks in C order of the grid.
  ///
  /// Without checksums those are found that are missing or that cannot be decoded.
  ///
  /// - Parameter proceeds: says now and then whether to go on.
  func run(threads: Int, proceeds: () -> Bool) throws -> [DamagedChunk] {
    let found = Mutex<[Int: DamagedChunk]>([:])
    let batch = 16 * max(1, threads)
    for start in stride(from: 0, to: grid.count, by: batch) {
      guard proceeds() else { throw CancellationError() }
      DispatchQueue.concurrentPerform(iterations: min(batch, grid.count - start)) { step in
        let number = start + step
        if let damage = examine(number) { found.withLock { $0[number] = damage } }
      }
    }
    return found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
  }

  private func examine(_ number: Int) -> DamagedChunk? {
    let index = grid.index(of: number)
    let box = grid.box(at: index)
    let offset = box.map(\.lowerBound)
    var damage = DamagedChunk(index: index, offset: offset, address: nil, bytes: 0, problem: "")
    do {
      let stored = try dataset.storedChunk(at: offset)
      damage.address = stored?.address
      damage.bytes = stored?.byteCount ?? 0
      if stored == nil, checksums == nil {
        damage.problem = "is not stored"
        return damage
      }
      let bytes = try source.read(box)
      guard let checksums, ChunkGrid.checksum(of: bytes) != checksums[number] else { return nil }
      damage.problem = stored == nil ? "is not stored" : "holds other values"
    } catch let error as StoreError {
      let place = "the chunk at \(offset) "
      damage.problem = error.problem.hasPrefix(place) ? String(error.problem.dropFirst(place.count)) : error.problem
    } catch let error as HDF5Error {
      damage.problem = error.problem
    } catch {
      damage.problem = "\(error)"
    }
    return damage
  }
}
