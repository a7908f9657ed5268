import Blocks
import Testing

/// Rows of ones whose first column says the row, in blocks of one size.
private struct Counting: BlockSource {
  var rowCount: Int
  var columnCount: Int
  var blockRows: Int
  var images: [[Int]] { [[rowCount]] }
  var blockCount: Int { (rowCount + blockRows - 1) / blockRows }
  func rowCount(ofBlock index: Int) -> Int { min(blockRows, rowCount - index * blockRows) }
  func block(at index: Int) -> Block {
    let rows = (index * blockRows..<index * blockRows + rowCount(ofBlock: index)).map(Int32.init)
    let values = rows.flatMap { [Float($0)] + [Float](repeating: 1, count: columnCount - 1) }
    return Block(rows: rows, columnCount: columnCount, values: .dense(values))
  }
}

@Suite struct ConcatenatedSourceTests {
  @Test func rowsFollowOneAnother() throws {
    let joined = try ConcatenatedSource([
      Counting(rowCount: 5, columnCount: 3, blockRows: 2), Counting(rowCount: 0, columnCount: 3, blockRows: 2),
      Counting(rowCount: 7, columnCount: 3, blockRows: 3),
    ])
    #expect(joined.rowCount == 12)
    #expect(joined.blockCount == 6)
    #expect(joined.images == [[5], [0], [7]])
    var rows: [Int32] = []
    for index in 0..<joined.blockCount {
      let block = try joined.block(at: index)
      #expect(block.rowCount == joined.rowCount(ofBlock: index))
      rows += block.rows
    }
    #expect(rows == Array(0..<12))
    guard case .dense(let values) = try joined.block(at: 3).values else { return #expect(Bool(false)) }
    #expect(values.first == 0)
  }

  @Test func unequalWidthsAreRefused() {
    #expect(throws: ConcatenatedSource.Mismatch.self) {
      try ConcatenatedSource([
        Counting(rowCount: 5, columnCount: 3, blockRows: 2), Counting(rowCount: 5, columnCount: 4, blockRows: 2),
      ])
    }
    #expect(throws: ConcatenatedSource.Mismatch.self) { try ConcatenatedSource([]) }
  }

  @Test(arguments: [0, 50, 100_000]) func aBudgetChangesNothing(budget: Int) throws {
    let base = Counting(rowCount: 11, columnCount: 4, blockRows: 3)
    let caching = CachingSource(base, budget: budget)
    for _ in 0..<2 {
      for index in 0..<base.blockCount {
        let block = try caching.block(at: index)
        #expect(block.rows == base.block(at: index).rows)
        guard case .dense(let values) = block.values, case .dense(let expected) = base.block(at: index).values else {
          return #expect(Bool(false))
        }
        #expect(values == expected)
      }
    }
  }
}
