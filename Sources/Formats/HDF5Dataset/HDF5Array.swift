internal import Blocks
internal import HDF5
internal import Microscopy

/// A dataset of an HDF5 file, read a box at a time, its dimensions in any order.
///
/// Colours get a last axis for their components. A scalar is an array of one element. Reading is serialised by the library,
/// unpacking is not; see `PackedChunks`. Packed chunks that several boxes share are unpacked once where the boxes come in
/// order; see `ChunkRow`. Beside the box, memory is taken for up to 64 MB of unpacked chunks, for 32 MB while they are unpacked,
/// and for what the library's own cache holds.
struct HDF5Array: ArraySource {
  let dataset: Dataset
  let element: ArrayElement
  /// The dataset's own extents.
  private let extents: [Int]
  /// For each own dimension, the dimension of the dataset that it is.
  private let order: [Int]
  /// For packed chunks.
  private let row: ChunkRow?
  private let packed: PackedChunks?

  /// - Parameter order: the dimensions of the dataset, slowest of the array first; its own order when nil.
  init(_ dataset: Dataset, _ element: ArrayElement, order: [Int]? = nil) throws(HDF5Error) {
    self.dataset = dataset
    self.element = element
    extents = try dataset.shape
    let byteCount = extents.reduce(element.size) {
      $0.multipliedReportingOverflow(by: max(1, $1)).overflow ? .max : $0 * max(1, $1)
    }
    guard byteCount < .max else {
      throw HDF5Error(.damaged, call: "read", on: dataset.path, "its shape \(extents) is larger than any file")
    }
    self.order = order ?? Array(extents.indices)
    packed = PackedChunks(dataset, element, extents: extents)
    if let chunk = dataset.chunkShape, chunk.count == extents.count, chunk.allSatisfy({ $0 > 0 }), !dataset.filters.isEmpty {
      row = ChunkRow(extents: extents, chunk: chunk, elementSize: element.size)
    } else {
      row = nil
    }
  }

  private var isScalar: Bool { extents.isEmpty }

  var shape: [Int] {
    (isScalar ? [1] : order.map { extents[$0] }) + (element.components.isEmpty ? [] : [element.components.count])
  }

  var elementSize: Int { element.type.size }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard box.allSatisfy({ !$0.isEmpty }) else { return [] }
    var bytes: [UInt8]
    if isScalar {
      bytes = try dataset.readRaw(as: element.memoryType)
    } else {
      var ranges = extents.map { 0..<$0 }
      for (own, dimension) in order.enumerated() { ranges[dimension] = box[own] }
      let load = { (ranges: [Range<Int>]) in
        try packed?.read(ranges) ?? dataset.readRaw(.box(ranges), as: element.memoryType)
      }
      bytes = try row?.read(ranges, load) ?? load(ranges)
      if order != Array(order.indices) { bytes = transposed(bytes, counts: ranges.map(\.count)) }
    }
    guard let last = box.last, !element.components.isEmpty, last.count < element.components.count else { return bytes }
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: element.size) {
      result += bytes[start + last.lowerBound * elementSize..<start + last.upperBound * elementSize]
    }
    return result
  }

  /// A box in the dataset's order put into the array's.
  private func transposed(_ bytes: [UInt8], counts: [Int]) -> [UInt8] {
    var from = [Int](repeating: element.size, count: counts.count)
    for dimension in counts.indices.dropLast().reversed() { from[dimension] = from[dimension + 1] * counts[dimension + 1] }
    var dimensions: [CopyDimension] = []
    var step = element.size
    for dimension in order.reversed() {
      dimensions.append(CopyDimension(count: counts[dimension], from: from[dimension], to: step))
      step *= counts[dimension]
    }
    // Components of a colour stay together.
    if !element.components.isEmpty {
      dimensions.append(CopyDimension(count: element.components.count, from: elementSize, to: elementSize))
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
      unsafe buffer.preferLargePages()
      unsafe bytes.withUnsafeBytes { source in
        guard let source = source.baseAddress, let target = buffer.baseAddress else { return }
        unsafe copyElements(dimensions, size: elementSize, from: source, to: UnsafeMutableRawPointer(target))
      }
      count = bytes.count
    }
  }
}
