internal import Blocks
internal import Synchronization

/// The unpacked chunks that a box cuts, kept for the next box, which will want the rest of them.
///
/// Slabs of an array, read in order, would otherwise unpack each chunk once for every slab that it reaches into. What is kept is
/// at most 64 MB, and let go with the last elements of the array. A box whose chunks take more is read alone.
final class ChunkRow: Sendable {
  private struct Kept {
    var box: [Range<Int>]
    var values: MemoryArray
  }

  /// Bytes that may be kept: the row of chunks of 32 lines of 512 spectra of 2,048 channels.
  private static let limit = 64 << 20

  private let extents: [Int]
  private let chunk: [Int]
  private let elementSize: Int
  private let kept = Mutex<Kept?>(nil)

  /// - Parameter chunk: the extents of a chunk, all positive; as many as there are extents.
  init(extents: [Int], chunk: [Int], elementSize: Int) {
    self.extents = extents
    self.chunk = chunk
    self.elementSize = elementSize
  }

  /// The elements of a box, from what is kept or what `load` reads: the box, or all of the chunks that it cuts.
  func read(_ box: [Range<Int>], _ load: ([Range<Int>]) throws -> [UInt8]) throws -> [UInt8] {
    var whole: [Range<Int>] = []
    for dimension in box.indices {
      let (range, size, extent) = (box[dimension], chunk[dimension], extents[dimension])
      let end = (range.upperBound - 1) / size + 1
      let (last, overflow) = end.multipliedReportingOverflow(by: size)
      whole.append(range.lowerBound / size * size..<(overflow ? extent : min(extent, last)))
    }
    let byteCount = whole.reduce(elementSize) {
      $0.multipliedReportingOverflow(by: $1.count).overflow ? .max : $0 * $1.count
    }
    guard whole != box, byteCount <= Self.limit else { return try load(box) }
    return try kept.withLock { kept in
      let current: Kept
      let holds = { (outer: [Range<Int>]) in
        zip(outer, whole).allSatisfy { $0.lowerBound <= $1.lowerBound && $1.upperBound <= $0.upperBound }
      }
      if let found = kept, holds(found.box) {
        current = found
      } else {
        // Let go before more is asked for.
        kept = nil
        let bytes = try load(whole)
        current = Kept(box: whole, values: MemoryArray(shape: whole.map(\.count), elementSize: elementSize, bytes: bytes))
      }
      kept = zip(box, extents).allSatisfy { $0.upperBound == $1 } ? nil : current
      return current.values.read(
        zip(box, current.box).map { $0.lowerBound - $1.lowerBound..<$0.upperBound - $1.lowerBound })
    }
  }
}
