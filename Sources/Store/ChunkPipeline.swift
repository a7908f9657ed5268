internal import Blocks
internal import Dispatch
internal import Synchronization

/// Carries an array of any size into chunks: reads slabs, cuts and deflates on all threads, and hands the chunks over in
/// order.
///
/// While the chunks of one slab are made, the next is read and the current one hashed. Chunks arrive in the same order, with
/// the same bytes, on any number of threads. Two slabs and a few chunks are in memory at a time.
struct ChunkPipeline: Sendable {
  var source: any ArraySource
  var chunk: [Int]
  var codec: ChunkCodec
  var threads: Int
  /// Bytes that the slabs may take together.
  var memory: Int

  /// Bytes of memory that imports use unless told otherwise: two slabs of 64 MiB and room for the chunks.
  static let usualMemory = 160 << 20

  /// What is known of the values when all are stored.
  struct Outcome: Sendable {
    /// The SHA-256 of the values in C order; nil when the slabs were not in that order.
    var digest: String?
    /// The CRC-32 of each chunk, in C order of the grid.
    var checksums: [UInt32]
  }

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - store: takes the stored form of the chunk at an origin; called by one thread at a time, in order.
  ///   - progress: takes the bytes done, and says whether to go on.
  /// - Throws: what the source or `store` throws, or `CancellationError` when `progress` says stop.
  func run(
    store: @Sendable (_ origin: [Int], _ bytes: [UInt8]) throws -> Void, progress: (_ done: Int) -> Bool
  ) throws -> Outcome {
    let plan = SlabPlan(shape: source.shape, chunk: chunk, elementSize: source.elementSize, budget: memory / 5 * 2)
    let slabs = plan.slabs
    let grid = ChunkGrid(shape: source.shape, chunk: chunk)
    var checksums = [UInt32](repeating: 0, count: grid.count)
    let digest = plan.isInOrder ? Digest() : nil
    guard progress(0) else { throw CancellationError() }
    var current = slabs.isEmpty ? [] : try read(slabs[0])
    var done = 0
    for index in slabs.indices {
      let following = index + 1 < slabs.count ? slabs[index + 1] : nil
      let chunks = plan.chunks(of: slabs[index])
      let (next, found) = try process(
        current, slab: slabs[index], chunks: chunks, digest: digest, following: following, store: store)
      for (box, checksum) in zip(chunks, found) { checksums[grid.number(of: box)] = checksum }
      done += current.count
      current = next
      guard progress(done) else { throw CancellationError() }
    }
    return Outcome(digest: digest?.finish(), checksums: checksums)
  }

  private func read(_ slab: [Range<Int>]) throws -> [UInt8] {
    let bytes = try source.read(slab)
    let expected = slab.reduce(source.elementSize) { $0 * $1.count }
    guard bytes.count == expected else { throw ShortRead(found: bytes.count, expected: expected) }
    return bytes
  }

  /// What the threads working on a slab share.
  private struct Shared {
    var taken = 0
    var stored = 0
    var waiting: [Int: [UInt8]] = [:]
    var following: [UInt8] = []
    var checksums: [UInt32]
    var error: (any Error)?
  }

  /// Makes the chunks of a slab; returns the following slab, read meanwhile, and the checksums of the chunks.
  private func process(
    _ bytes: [UInt8], slab: [Range<Int>], chunks: [[Range<Int>]], digest: Digest?, following: [Range<Int>]?,
    store: @Sendable (_ origin: [Int], _ bytes: [UInt8]) throws -> Void
  ) throws -> (following: [UInt8], checksums: [UInt32]) {
    let shared = Mutex(Shared(checksums: [UInt32](repeating: 0, count: chunks.count)))
    // Used by the one thread that takes item 1.
    nonisolated(unsafe) let digest = digest
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      let encoder = ChunkEncoder(codec)
      while true {
        let item = shared.withLock { shared -> Int? in
          guard shared.error == nil, shared.taken < chunks.count + 2 else { return nil }
          shared.taken += 1
          return shared.taken - 1
        }
        guard let item else { return }
        do {
          switch item {
          case 0:
            if let following {
              let next = try read(following)
              shared.withLock { $0.following = next }
            }
          case 1: unsafe digest?.update(bytes)
          default:
            let number = item - 2
            cut(chunks[number], from: bytes, slab: slab, to: chunk, into: &encoder.chunk)
            let checksum = checksum(of: chunks[number], padded: encoder.chunk, in: bytes, slab: slab)
            guard let encoded = encoder.encode() else { throw EncodingFailure() }
            try shared.withLock { shared in
              shared.checksums[number] = checksum
              shared.waiting[number] = encoded
              while let ready = shared.waiting.removeValue(forKey: shared.stored) {
                try store(chunks[shared.stored].map(\.lowerBound), ready)
                shared.stored += 1
              }
            }
          }
        } catch {
          shared.withLock { if $0.error == nil { $0.error = error } }
        }
      }
    }
    return try shared.withLock {
      if let error = $0.error { throw error }
      return ($0.following, $0.checksums)
    }
  }

  /// The CRC-32 of the part of a chunk that lies in the array.
  private func checksum(of box: [Range<Int>], padded: [UInt8], in bytes: [UInt8], slab: [Range<Int>]) -> UInt32 {
    let extents = box.map(\.count)
    if extents == chunk { return ChunkGrid.checksum(of: padded) }
    var part: [UInt8] = []
    cut(box, from: bytes, slab: slab, to: extents, into: &part)
    return ChunkGrid.checksum(of: part)
  }

  /// The elements of a box in an array of the extents given; beyond the box it is filled with zeros.
  private func cut(
    _ box: [Range<Int>], from bytes: [UInt8], slab: [Range<Int>], to extents: [Int], into result: inout [UInt8]
  ) {
    let local = zip(box, slab).map { $0.lowerBound - $1.lowerBound..<$0.upperBound - $1.lowerBound }
    let slabShape = slab.map(\.count)
    let size = extents.reduce(source.elementSize, *)
    if result.count != size || local.map(\.count) != extents { result = [UInt8](repeating: 0, count: size) }
    unsafe bytes.withUnsafeBytes { source in
      unsafe result.withUnsafeMutableBytes { target in
        unsafe Box.copy(
          local, of: source, shape: slabShape, to: [Int](repeating: 0, count: extents.count), in: target, shape: extents,
          elementSize: self.source.elementSize)
      }
    }
  }

  struct ShortRead: Error, CustomStringConvertible {
    var found: Int
    var expected: Int
    var description: String { "the source returned \(found) bytes where \(expected) were asked for" }
  }

  struct EncodingFailure: Error, CustomStringConvertible {
    var description: String { "not enough memory to compress a chunk" }
  }
}
