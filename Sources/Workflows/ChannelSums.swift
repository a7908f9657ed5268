import Blocks
import LinearAlgebra
import Microscopy
import Store

/// The spectra of the pixels of maps, summed channel by channel; in partition order, so the same on any number of threads.
///
/// Blocks are single precision, which holds whole numbers below 2²⁴ exactly. A map of wider whole numbers that has larger ones is read
/// once more as it is, so that sums of whole numbers are exact up to 2⁵³.
struct ChannelSums: Sendable {
  /// One sum for each map.
  let perMap: [[Double]]

  /// - Parameter pixels: of each map those that count; nil: all.
  /// - Throws: `WorkflowError` for values that are no numbers, `StoreError`, `Stopped`.
  init(
    of maps: [(map: Map, pixels: [Bool]?)], threads: Int, _ observer: Observer
  ) throws {
    // One pass: there is nothing to keep. A single spectrum is its own sum.
    let sweepers = try maps.map { map, pixels in
      map.navigationRank > 0 ? BlockSweeper(try map.rows(pixelMask: pixels), threads: threads, memory: 0) : nil
    }
    let watch = SweepWatch(sweepers.reduce(0) { $0 + ($1?.source.blockCount ?? 0) }, "Summing spectra", observer)
    perMap = try zip(maps, sweepers).map { part, sweeper in
      guard let sweeper else { return try Self.values(part.map) }
      let (sums, largest) = try Self.sweep(sweeper, part.map, watch)
      guard part.map.type.isWideInteger, largest >= 0x1p24 else { return sums }
      return try Self.exactly(part.map, part.pixels, observer)
    }
  }

  private struct Partial: Sendable {
    var sums: [Double]
    var statistics = BlockStatistics()

    init(_ count: Int) { sums = [Double](repeating: 0, count: count) }
  }

  /// The sums, and the largest magnitude among the values.
  private static func sweep(_ sweeper: BlockSweeper, _ map: Map, _ watch: SweepWatch) throws -> ([Double], largest: Double) {
    let width = sweeper.source.columnCount
    var total = Partial(width)
    try sweeper.sweep(
      into: &total, partial: { Partial(width) },
      visit: { block, _, partial in
        guard watch.goesOn() else { return }
        partial.statistics.add(block.statistics(columnSums: &partial.sums).0)
      },
      merge: { total, partial in
        for channel in 0..<width { total.sums[channel] += partial.sums[channel] }
        total.statistics.add(partial.statistics)
        partial = Partial(width)
      })
    try watch.finish(map.store.path)
    try demandNumbers(map, strange: total.statistics.nonFiniteCount)
    return (total.sums, max(abs(total.statistics.minimum), abs(total.statistics.maximum)))
  }

  private static func values(_ map: Map) throws -> [Double] {
    let array = try map.array
    guard let values = map.type.numbers(try array.read(array.wholeBox)) else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) holds complex numbers, which are no counts", advice: "Name a map of real values.")
    }
    try demandNumbers(map, strange: values.count { !$0.isFinite })
    return values
  }

  private static func demandNumbers(_ map: Map, strange: Int) throws {
    guard strange == 0 else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) holds \(strange) values that are no numbers among the pixels to sum",
        advice: "Sum the pixels of a mask that leaves them out: lamella spectrum --mask.")
    }
  }

  /// The same sums from the values as they are stored, some megabytes at a time.
  private static func exactly(_ map: Map, _ pixels: [Bool]?, _ observer: Observer) throws -> [Double] {
    let array = try map.array
    let width = map.shape.last ?? 1
    var sums = [Double](repeating: 0, count: width)
    let plane = map.navigationShape.dropFirst().reduce(1, *)
    let step = max(1, (16 << 20) / max(1, plane * width * map.type.size))
    for start in stride(from: 0, to: map.shape[0], by: step) {
      if observer.isStopped() { throw Stopped("\(map.store.path) is as it was") }
      observer.report(.init("Summing large counts", map.name, done: start, of: map.shape[0], .items))
      let end = min(map.shape[0], start + step)
      let box = [start..<end] + map.shape.dropFirst().map { 0..<$0 }
      let values = map.type.numbers(try array.read(box)) ?? []
      for row in 0..<(end - start) * plane where pixels?[start * plane + row] ?? true {
        for channel in 0..<width { sums[channel] += values[row * width + channel] }
      }
    }
    return sums
  }
}

extension ScalarType {
  /// Whether it is one of whole numbers that single precision does not hold.
  fileprivate var isWideInteger: Bool { [.int32, .uint32, .int64, .uint64].contains(self) }
}
