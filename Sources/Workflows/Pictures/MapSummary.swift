import Blocks
import Foundation
import LinearAlgebra
import Microscopy
import Store

/// A map summed over its channels, and over its pixels: found in one pass; what is not finite is left out.
struct MapSummary {
  /// One per pixel.
  var pixelSums: [Double]
  /// One per channel.
  var channelSums: [Double]

  /// - Throws: `StoreError`; `Stopped`.
  init(_ map: Map, threads: Int, _ observer: Observer) throws {
    let source = try map.rows()
    var total = Total(rows: source.rowCount, columns: source.columnCount)
    let sweeper = BlockSweeper(source, threads: max(1, threads), memory: 0)
    let columns = source.columnCount
    let blocks = source.blockCount
    let isStopped = observer.isStopped
    try sweeper.sweep(
      into: &total, partial: { Partial(columns: columns) },
      visit: { block, _, partial in
        if isStopped() {
          partial.isStopped = true
          return
        }
        var (statistics, rowSums) = block.statistics(columnSums: &partial.channelSums)
        if statistics.nonFiniteCount > 0 { Self.markEmpty(&rowSums, of: block) }
        partial.rows.append((block.rows, rowSums))
      },
      merge: { total, partial in
        for index in total.channelSums.indices { total.channelSums[index] += partial.channelSums[index] }
        for (rows, sums) in partial.rows {
          for (row, sum) in zip(rows, sums) { total.pixelSums[Int(row)] = sum }
        }
        total.blocks += partial.rows.count
        total.isStopped = total.isStopped || partial.isStopped
        partial = Partial(columns: columns)
        observer.report(.init("Summing \(map.name)", done: total.blocks, of: blocks, .items))
      })
    if total.isStopped { throw Stopped("nothing was written") }
    pixelSums = total.pixelSums
    channelSums = total.channelSums
  }

  /// A pixel without any finite value has no sum.
  private static func markEmpty(_ rowSums: inout [Double], of block: borrowing Block) {
    guard case .dense(let values) = block.values else { return }
    let width = block.columnCount
    for row in rowSums.indices where values[row * width..<(row + 1) * width].allSatisfy({ !$0.isFinite }) {
      rowSums[row] = .nan
    }
  }

  private struct Total: Sendable {
    var pixelSums: [Double]
    var channelSums: [Double]
    var blocks = 0
    var isStopped = false

    init(rows: Int, columns: Int) {
      pixelSums = Array(repeating: 0, count: rows)
      channelSums = Array(repeating: 0, count: columns)
    }
  }

  private struct Partial: Sendable {
    var channelSums: [Double]
    var rows: [([Int32], [Double])] = []
    var isStopped = false

    init(columns: Int) { channelSums = Array(repeating: 0, count: columns) }
  }
}
