import Blocks
import Synchronization
import Testing

@Suite struct BlockSweeperTests {
  static let matrix = DenseMatrix(rows: 101, columns: 3, values: (0..<303).map(Float.init), rowsPerBlock: 1)

  @Test(arguments: [1, 2, 5]) func visitsEveryBlockOnceAndMergesInOrder(_ threads: Int) throws {
    let sweeper = BlockSweeper(Self.matrix, threads: threads, memory: 500)
    var visits = [Int](repeating: 0, count: 101)
    for _ in 0..<3 {
      var order: [Int32] = []
      try sweeper.sweep(
        into: &order, states: &visits, partial: { [Int32]() },
        visit: { block, _, visits, partial in
          visits += 1
          partial += block.rows
        },
        merge: { order, partial in
          order += partial
          partial = []
        })
      #expect(order == (0..<101).map(Int32.init))
    }
    #expect(visits.allSatisfy { $0 == 3 })
  }

  @Test func readsAgainOnlyWhatDoesNotFit() throws {
    let source = CountingSource(base: Self.matrix)
    let bytes = Self.matrix.block(at: 0).byteCount
    let sweeper = BlockSweeper(source, threads: 2, memory: 100 * bytes)
    for sweep in 0..<4 {
      var total = 0
      try sweeper.sweep(into: &total, partial: { 0 }, visit: { _, _, _ in }, merge: { _, _ in })
      #expect(source.reads.withLock { $0 } == 101 + sweep)
    }
  }

  @Test func stopsAtAnError() {
    struct Failing: BlockSource {
      struct Failure: Error {}
      var rowCount: Int { 10 }
      var columnCount: Int { 1 }
      var blockCount: Int { 10 }
      var images: [[Int]] { [[10]] }
      func rowCount(ofBlock index: Int) -> Int { 1 }
      func block(at index: Int) throws -> Block {
        if index == 4 { throw Failure() }
        return Block(rows: [Int32(index)], columnCount: 1, values: .dense([1]))
      }
    }
    var total = 0
    #expect(throws: Failing.Failure.self) {
      try BlockSweeper(Failing(), threads: 2, memory: 0).sweep(
        into: &total, partial: { 0 }, visit: { _, _, partial in partial += 1 }, merge: { $0 += $1 })
    }
  }

  final class CountingSource: BlockSource {
    let base: DenseMatrix
    let reads = Mutex(0)
    init(base: DenseMatrix) { self.base = base }
    var rowCount: Int { base.rowCount }
    var columnCount: Int { base.columnCount }
    var blockCount: Int { base.blockCount }
    var images: [[Int]] { base.images }
    func rowCount(ofBlock index: Int) -> Int { base.rowCount(ofBlock: index) }
    func block(at index: Int) -> Block {
      reads.withLock { $0 += 1 }
      return base.block(at: index)
    }
  }
}
