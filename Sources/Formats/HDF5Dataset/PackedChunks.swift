internal import Blocks
internal import CDeflate
internal import HDF5

/// Deflated chunks of a dataset, unpacked in parallel; the library, which unpacks one at a time, only fetches them.
///
/// Chunks that are not as they should be (missing, of odd size, with a filter left out) are left to the library. Beside the
/// box, memory is taken for the packed chunk, the unpacked one and the shuffled one of each worker: 32 MB for all of them, or,
/// where chunks are larger than 10 MB, 48 MB for one.
struct PackedChunks: Sendable {
  private static let maximalChunkSize = 16 << 20
  /// Bytes for all workers.
  private static let room = 32 << 20

  private let dataset: Dataset
  private let type: Datatype
  private let extents: [Int]
  private let chunk: [Int]
  private let elementSize: Int
  private let isShuffled: Bool
  /// Bytes of an unpacked chunk.
  private let chunkSize: Int

  /// Nil where the elements need more than unpacking.
  init?(_ dataset: Dataset, _ element: ArrayElement, extents: [Int]) {
    guard let chunk = dataset.chunkShape, chunk.count == extents.count, chunk.allSatisfy({ $0 > 0 }),
      dataset.type == element.memoryType, [1, 2, 4, 8].contains(element.size)
    else { return nil }
    switch dataset.filters.map(\.id) {
    case [1]: isShuffled = false
    case [2, 1]: isShuffled = element.size > 1
    default: return nil
    }
    chunkSize = chunk.reduce(element.size) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    guard chunkSize <= Self.maximalChunkSize else { return nil }
    self.dataset = dataset
    self.extents = extents
    self.chunk = chunk
    type = element.memoryType
    elementSize = element.size
  }

  /// The elements of a box, none of whose ranges is empty; nil where the library is as fast.
  func read(_ box: [Range<Int>]) throws -> [UInt8]? {
    let places = corners(of: box)
    guard places.count > 1 else { return nil }
    let byteCount = box.reduce(elementSize) { $0 * $1.count }
    return try unsafe [UInt8].filled(byteCount) { buffer throws in
      // Each worker writes to places of its own.
      nonisolated(unsafe) let target = unsafe buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
      // Each worker has room of its own for a chunk: packed, unpacked, and as it was shuffled.
      let workers = max(1, min(places.count, 16, Self.room / (3 * chunkSize)))
      try concurrently(workers) { worker throws in
        var unpacker = Unpacker(size: chunkSize)
        for index in stride(from: worker, to: places.count, by: workers) {
          try unsafe unpack(places[index], of: box, &unpacker, to: target)
        }
      }
    }
  }

  /// The first elements of the chunks that a box reaches into; none for more than are handled at a time.
  private func corners(of box: [Range<Int>]) -> [[Int]] {
    var corners: [[Int]] = [[]]
    for (range, size) in zip(box, chunk) {
      let starts = stride(from: range.lowerBound / size * size, to: range.upperBound, by: size)
      guard corners.count * ((range.count + size) / size + 1) <= 1 << 20 else { return [] }
      corners = corners.flatMap { corner in starts.map { corner + [$0] } }
    }
    return corners
  }

  private func unpack(
    _ corner: [Int], of box: [Range<Int>], _ unpacker: inout Unpacker, to target: UnsafeMutablePointer<UInt8>
  ) throws {
    // The part of the chunk that the box holds.
    var part: [Range<Int>] = []
    for dimension in box.indices {
      let end = min(corner[dimension] + chunk[dimension], box[dimension].upperBound)
      part.append(max(corner[dimension], box[dimension].lowerBound)..<end)
    }
    let size = try dataset.chunkByteCount(at: corner)
    var isUnpacked = false
    // What deflate makes of bytes that cannot be packed is hardly longer than they are.
    if size > 0, size <= chunkSize + chunkSize / 256 + 1024 {
      let mask = try dataset.readChunk(at: corner, into: &unpacker.packed)
      isUnpacked = mask == 0 && unpacker.unpack(elementSize: isShuffled ? elementSize : 1)
    }
    var dimensions: [CopyDimension] = []
    var (from, to) = (elementSize, elementSize)
    var (first, place) = (0, 0)
    for dimension in box.indices.reversed() {
      dimensions.append(CopyDimension(count: part[dimension].count, from: from, to: to))
      first += (part[dimension].lowerBound - corner[dimension]) * from
      place += (part[dimension].lowerBound - box[dimension].lowerBound) * to
      from *= isUnpacked ? chunk[dimension] : part[dimension].count
      to *= box[dimension].count
    }
    let source = isUnpacked ? unpacker.values : try dataset.readRaw(.box(part), as: type)
    unsafe source.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      let begin = unsafe start + (isUnpacked ? first : 0)
      unsafe copyElements(dimensions, size: elementSize, from: begin, to: UnsafeMutableRawPointer(target + place))
    }
  }
}

/// Room for one chunk, packed and unpacked.
@safe private struct Unpacker: ~Copyable {
  var packed: [UInt8] = []
  private(set) var values: [UInt8]
  private var shuffled: [UInt8]
  private let decompressor = unsafe libdeflate_alloc_decompressor()

  init(size: Int) {
    values = [UInt8](repeating: 0, count: size)
    shuffled = []
  }

  deinit { if let decompressor = unsafe decompressor { unsafe libdeflate_free_decompressor(decompressor) } }

  /// Unpacks `packed` to `values`; false where it is damaged.
  ///
  /// - Parameter elementSize: bytes of an element where they were shuffled, else 1.
  mutating func unpack(elementSize: Int) -> Bool {
    guard let decompressor = unsafe decompressor else { return false }
    let size = values.count
    var produced = 0
    if elementSize == 1 {
      let result = unsafe libdeflate_zlib_decompress(decompressor, packed, packed.count, &values, size, &produced)
      return result == LIBDEFLATE_SUCCESS && produced == size
    }
    if shuffled.isEmpty { shuffled = values }
    let result = unsafe libdeflate_zlib_decompress(decompressor, packed, packed.count, &shuffled, size, &produced)
    guard result == LIBDEFLATE_SUCCESS, produced == size else { return false }
    let count = size / elementSize
    unsafe shuffled.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBytes { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        // The n-th bytes of all elements lie together.
        let dimensions = [
          CopyDimension(count: elementSize, from: count, to: 1), CopyDimension(count: count, from: 1, to: elementSize),
        ]
        unsafe copyElements(dimensions, size: 1, from: source, to: target)
      }
    }
    return true
  }
}
