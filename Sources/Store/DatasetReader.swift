internal import Blocks
internal import CKernels
internal import HDF5
internal import Microscopy
internal import Synchronization

/// Reads boxes of a dataset, undoing the standard filters outside libhdf5's lock, so that threads read side by side.
///
/// What is stored in another way (contiguous, other filters, another byte order) goes through the library.
struct DatasetReader: ArraySource {
  let dataset: Dataset
  let shape: [Int]
  let type: ScalarType
  /// The chunk shape and codec, when chunks can be decoded here.
  private let direct: (chunk: [Int], codec: ChunkCodec)?

  var elementSize: Int { type.size }

  init(_ dataset: Dataset) throws {
    self.dataset = dataset
    shape = try dataset.shape
    guard let type = ScalarType(dataset.type) else {
      throw StoreError(
        .unsupported, file: dataset.file.path, path: dataset.path, "elements of type \(dataset.type) are not supported")
    }
    self.type = type
    direct = Self.directAccess(dataset, type: type)
  }

  /// How to decode the chunks of a dataset here, or nil when the library must.
  static func directAccess(_ dataset: Dataset, type: ScalarType) -> (chunk: [Int], codec: ChunkCodec)? {
    guard let chunk = dataset.chunkShape, dataset.type == type.datatype,
      ChunkShape.problem(chunk, shape: chunk, elementSize: type.size) == nil
    else { return nil }
    switch dataset.filters.map(\.id) {
    case []: return (chunk, ChunkCodec(elementSize: type.size, shuffles: false, deflates: false))
    case [1]: return (chunk, ChunkCodec(elementSize: type.size, shuffles: false, deflates: true))
    case [2]: return (chunk, ChunkCodec(elementSize: type.size, shuffles: true, deflates: false))
    case [2, 1]: return (chunk, ChunkCodec(elementSize: type.size, shuffles: true, deflates: true))
    default: return nil
    }
  }

  /// - Throws: `StoreError`, which names the file that the values are in.
  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    try guarded(dataset.file.path, dataset.path) { try values(box) }
  }

  private func values(_ box: [Range<Int>]) throws -> [UInt8] {
    guard let (chunk, codec) = direct, !box.contains(where: \.isEmpty) else {
      return try dataset.readRaw(.box(box), as: type.datatype)
    }
    var result = [UInt8](repeating: 0, count: box.reduce(type.size) { $0 * $1.count })
    let resultShape = box.map(\.count)
    let decoder = ChunkDecoder()
    var scratch = ChunkScratch()
    let first = zip(box, chunk).map { $0.lowerBound / $1 }
    let grid = zip(box, zip(chunk, first)).map { ($0.upperBound - 1) / $1.0 - $1.1 + 1 }
    try forEachIndex(in: grid) { cell in
      let origin = zip(zip(cell, first), chunk).map { ($0.0 + $0.1) * $1 }
      // A chunk that was never written holds the fill value, which is zero in our files and asked of the library in others.
      guard try dataset.loadChunk(at: origin, codec: codec, shape: chunk, decoder, &scratch) else {
        let part = zip(box, zip(origin, chunk)).map { max($0.lowerBound, $1.0)..<min($0.upperBound, $1.0 + $1.1) }
        let bytes = try dataset.readRaw(.box(part), as: type.datatype)
        place(bytes, shape: part.map(\.count), part: part.map { 0..<$0.count }, at: part, in: box, &result, resultShape)
        return
      }
      let part = zip(box, zip(origin, chunk)).map { max($0.lowerBound, $1.0)..<min($0.upperBound, $1.0 + $1.1) }
      let local = zip(part, origin).map { $0.lowerBound - $1..<$0.upperBound - $1 }
      place(scratch.native(codec), shape: chunk, part: local, at: part, in: box, &result, resultShape)
    }
    return result
  }

  private func place(
    _ bytes: [UInt8], shape: [Int], part: [Range<Int>], at place: [Range<Int>], in box: [Range<Int>],
    _ result: inout [UInt8], _ resultShape: [Int]
  ) {
    let target = zip(place, box).map { $0.lowerBound - $1.lowerBound }
    unsafe bytes.withUnsafeBytes { source in
      unsafe result.withUnsafeMutableBytes { destination in
        unsafe Box.copy(
          part, of: source, shape: shape, to: target, in: destination, shape: resultShape, elementSize: type.size)
      }
    }
  }
}

/// The buffers that a thread needs to decode chunks.
struct ChunkScratch {
  /// As stored.
  var stored: [UInt8] = []
  /// Inflated: byte planes where the codec shuffles, else elements.
  var inflated: [UInt8] = []
  private var other: [UInt8] = []

  init() {}

  /// The chunk's elements in native order.
  mutating func native(_ codec: ChunkCodec) -> [UInt8] {
    guard codec.shuffles, codec.elementSize > 1 else { return inflated }
    if other.count != inflated.count { other = [UInt8](repeating: 0, count: inflated.count) }
    unsafe lamella_unshuffle(&other, inflated, inflated.count / codec.elementSize, codec.elementSize)
    return other
  }

  /// Turns elements into byte planes, if they are not.
  mutating func makePlanes(_ codec: ChunkCodec) {
    guard !codec.shuffles, codec.elementSize > 1 else { return }
    if other.count != inflated.count { other = [UInt8](repeating: 0, count: inflated.count) }
    unsafe lamella_shuffle(&other, inflated, inflated.count / codec.elementSize, codec.elementSize)
    swap(&other, &inflated)
  }
}

extension Dataset {
  /// Fetches and inflates the chunk at an origin; false when it was never written.
  func loadChunk(
    at origin: [Int], codec: ChunkCodec, shape: [Int], _ decoder: ChunkDecoder, _ scratch: inout ChunkScratch
  ) throws -> Bool {
    guard try chunkByteCount(at: origin) > 0 else { return false }
    let mask = try readChunk(at: origin, into: &scratch.stored)
    func damage(_ problem: String) -> StoreError {
      StoreError(
        .damaged, file: file.path, path: path, "the chunk at \(origin) \(problem)",
        advice: "Take the file from a backup; lamella verify lists what else is damaged.")
    }
    let count = shape.reduce(codec.elementSize, *)
    if scratch.inflated.count != count { scratch.inflated = [UInt8](repeating: 0, count: count) }
    // The mask's bits count the filters in the order of writing: shuffle, then deflate.
    let deflateBit: UInt32 = codec.shuffles ? 2 : 1
    guard !codec.shuffles || mask & 1 == 0 else { throw damage("skips the shuffle filter, which is not supported") }
    if codec.deflates, mask & deflateBit == 0 {
      let isWhole = unsafe scratch.inflated.withUnsafeMutableBytes {
        unsafe decoder.inflate(scratch.stored, into: $0)
      }
      guard isWhole else { throw damage("does not inflate") }
    } else {
      guard scratch.stored.count == count else { throw damage("has \(scratch.stored.count) bytes, not \(count)") }
      swap(&scratch.stored, &scratch.inflated)
    }
    return true
  }
}
