public import Microscopy

/// Chooses how an array is cut into chunks.
public enum ChunkShape {
  /// Bytes that a chunk aims at.
  static let target = 512 << 10
  /// The bound of a chunk asked for by hand; HDF5's own lies at 4 GiB.
  static let largest = 64 << 20

  /// Bytes of the rows that one row of chunks covers, where they can be so few: an import then reads whole rows, each once.
  static let largestRows = ChunkPipeline.usualMemory / 5 * 2

  /// The chunk shape of an array with these axes, between 0.25 and 1 MB where the array is large enough.
  ///
  /// A spectrum image is cut in all directions, so that a pixel's spectrum and the image of an energy window touch about
  /// equally many bytes; of a scan of patterns a chunk holds a few positions of a scan line and as much of the pattern as fits; an image, a
  /// stack of images and a set of spectra are cut along their slowest axes only as far as needed.
  public static func choose(axes: [Axis], elementSize: Int) -> [Int] {
    var sizes = axes.map(\.size)
    let budget = max(1, target / elementSize)
    let navigation = axes.indices.filter { axes[$0].role == .navigation }
    let signal = axes.indices.filter { axes[$0].role == .signal }
    var chunk = [Int](repeating: 1, count: sizes.count)
    switch (navigation.count, signal.count) {
    case (0, _), (_, 0):
      grow(&chunk, within: sizes, dimensions: Array(sizes.indices), budget: budget)
    case (_, 1):
      if navigation.count > 1 {
        let row = navigation[navigation.count - 2]
        let bytes = sizes[(row + 1)...].reduce(Double(elementSize)) { $0 * Double($1) }
        let most = max(4, Int(Double(largestRows) / max(1, bytes)))
        sizes[row] = min(sizes[row], 1 << (Int.bitWidth - 1 - most.leadingZeroBitCount))
      }
      // The energy window first: 256 channels at a tile of 32 × 32 pixels of 16 bits.
      chunk[signal[0]] = min(sizes[signal[0]], 256)
      grow(&chunk, within: sizes, dimensions: Array(navigation.suffix(2)), budget: budget)
      grow(&chunk, within: sizes, dimensions: signal, budget: budget)
      grow(&chunk, within: sizes, dimensions: navigation, budget: budget)
    default:
      // Positions along one scan line only: patterns then arrive chunk by chunk while a scan is imported in order.
      let line = navigation[navigation.count - 1]
      chunk[line] = min(sizes[line], 4)
      grow(&chunk, within: sizes, dimensions: signal, budget: budget)
      grow(&chunk, within: sizes, dimensions: [line], budget: budget)
    }
    return chunk
  }

  /// Doubles the chunk along its smallest dimension of those given until the budget or the array is full.
  private static func grow(_ chunk: inout [Int], within sizes: [Int], dimensions: [Int], budget: Int) {
    while true {
      let elements = chunk.reduce(1, *)
      let candidates = dimensions.filter { chunk[$0] < sizes[$0] }
      // Of equally long dimensions the fastest grows first: its elements lie together.
      guard let next = candidates.reversed().min(by: { chunk[$0] < chunk[$1] }) else { return }
      let longer = min(sizes[next], chunk[next] * 2)
      guard elements / chunk[next] * longer <= budget else { return }
      chunk[next] = longer
    }
  }

  /// What is wrong with a chunk shape asked for by hand, or nil.
  static func problem(_ chunk: [Int], shape: [Int], elementSize: Int) -> String? {
    guard chunk.count == shape.count else {
      return "a chunk of \(chunk.count) dimensions for an array of \(shape.count)"
    }
    guard chunk.allSatisfy({ $0 > 0 }) else { return "a chunk \(chunk) with an empty dimension" }
    var bytes = elementSize
    for size in chunk {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow, product <= largest else { return "a chunk \(chunk) of more than \(largest >> 20) MiB" }
      bytes = product
    }
    return nil
  }
}
