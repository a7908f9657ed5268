import Blocks
import Microscopy
import Store

/// Measures one pass over the blocks of a map: reading, inflating and listing its non-zeros, and nothing that uses them.
public struct MeasureSweep: Sendable {
  public var file: String
  /// May be nil where the file holds one map.
  public var map: String?
  public var threads: Int

  public init(_ file: String, map: String? = nil, threads: Int) {
    self.file = file
    self.map = map
    self.threads = threads
  }

  public struct Report: Codable, Hashable, Sendable {
    /// From opening the file to the last block.
    public var seconds: Double
    /// Of the values, before compression.
    public var bytes: Int
    public var nonzeros: Int
    public var blocks: Int
    public var threads: Int
  }

  public func run() throws -> Report {
    let start = ContinuousClock.now
    let store = try Store.open(file)
    let map = try store.map(map)
    let sweeper = BlockSweeper(try map.rows(), threads: threads, memory: 0)
    var none = 0
    var counts = [Int](repeating: 0, count: sweeper.source.blockCount)
    try sweeper.sweep(
      into: &none, states: &counts, partial: { 0 },
      visit: { block, _, count, _ in count = block.nonZeroCount }, merge: { _, _ in })
    let nonzeros = counts.reduce(0, +)
    try store.close()
    return Report(
      seconds: start.duration(to: .now) / .seconds(1), bytes: map.byteCount,
      nonzeros: nonzeros,
      blocks: sweeper.source.blockCount, threads: threads)
  }
}

extension Block {
  fileprivate var nonZeroCount: Int {
    switch values {
    case .sparse(let rows): rows.nonZeroCount
    case .dense(let values): values.count { $0 != 0 }
    }
  }
}
