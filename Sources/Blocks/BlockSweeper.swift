internal import Dispatch
internal import Synchronization

/// Passes over the blocks of a matrix with several threads, keeping decoded blocks in memory as far as a budget allows.
///
/// Blocks are grouped, by their number alone, into at most 64 partitions of consecutive blocks. A partition is folded
/// by one thread into one partial result, and partial results are merged in the order of the partitions: what comes out
/// has the same bits on any number of threads and under any budget.
public final class BlockSweeper: Sendable {
  public let source: any BlockSource
  public let threads: Int

  /// - Parameters:
  ///   - threads: at least 1.
  ///   - memory: bytes of decoded blocks to keep between sweeps.
  public init(_ source: any BlockSource, threads: Int, memory: Int) {
    precondition(threads >= 1)
    self.source = CachingSource(source, budget: memory)
    self.threads = threads
  }

  /// One pass over all blocks.
  ///
  /// - Parameters:
  ///   - total: what the partial results are merged into.
  ///   - states: what each block keeps between sweeps, such as the weights of its rows; one per block.
  ///   - partial: makes an empty partial result; partial results are used again after they were merged.
  ///   - visit: takes a block, its number, its state, and the partial result of its partition.
  ///   - merge: adds a partial result to the total and empties it; called in order, one at a time.
  /// - Throws: the first error of the source; the states may then have been visited in part.
  public func sweep<Total: Sendable, State: Sendable, Partial: Sendable>(
    into total: inout Total, states: inout [State], partial: @Sendable () -> Partial,
    visit: @Sendable (_ block: borrowing Block, _ index: Int, _ state: inout State, _ partial: inout Partial) -> Void,
    merge: @Sendable (_ total: inout Total, _ partial: inout Partial) -> Void
  ) throws {
    precondition(states.count == source.blockCount)
    let partitions = Self.partitions(of: source.blockCount)
    let progress = Mutex(SweepProgress<Total, Partial>(total))
    unsafe states.withUnsafeMutableBufferPointer { states in
      // Each block, and so each state, is visited by exactly one thread.
      nonisolated(unsafe) let states = unsafe states
      DispatchQueue.concurrentPerform(iterations: min(threads, partitions.count)) { _ in
        while let (index, reused) = progress.withLock({ $0.next(of: partitions.count) }) {
          var result = reused ?? partial()
          do {
            for number in partitions[index] {
              let block = try source.block(at: number)
              unsafe visit(block, number, &states[number], &result)
            }
            progress.withLock { $0.finish(index, result, merge) }
          } catch {
            progress.withLock { $0.fail(error) }
          }
        }
      }
    }
    try progress.withLock {
      if let error = $0.error { throw error }
      total = $0.total
    }
  }

  /// One pass that keeps nothing per block.
  public func sweep<Total: Sendable, Partial: Sendable>(
    into total: inout Total, partial: @Sendable () -> Partial,
    visit: @Sendable (_ block: borrowing Block, _ index: Int, _ partial: inout Partial) -> Void,
    merge: @Sendable (_ total: inout Total, _ partial: inout Partial) -> Void
  ) throws {
    var none = [Never?](repeating: nil, count: source.blockCount)
    try sweep(into: &total, states: &none, partial: partial, visit: { visit($0, $1, &$3) }, merge: merge)
  }

  /// Consecutive blocks that are folded into one partial result.
  static func partitions(of blockCount: Int) -> [Range<Int>] {
    let count = min(blockCount, 64)
    return (0..<count).map { $0 * blockCount / count..<($0 + 1) * blockCount / count }
  }
}

/// Which partitions of a sweep are taken, which are done, and what waits to be merged.
private struct SweepProgress<Total: Sendable, Partial: Sendable>: Sendable {
  private(set) var total: Total
  private var taken = 0
  private var merged = 0
  private var waiting: [Int: Partial] = [:]
  private var reusable: [Partial] = []
  private(set) var error: (any Error)?

  init(_ total: Total) { self.total = total }

  /// The next partition to fold and a partial result to use again, or nil when there is nothing left to do.
  mutating func next(of count: Int) -> (index: Int, reused: Partial?)? {
    guard error == nil, taken < count else { return nil }
    taken += 1
    return (taken - 1, reusable.popLast())
  }

  mutating func finish(_ index: Int, _ result: consuming Partial, _ merge: (inout Total, inout Partial) -> Void) {
    waiting[index] = result
    while var next = waiting.removeValue(forKey: merged) {
      merge(&total, &next)
      reusable.append(next)
      merged += 1
    }
  }

  mutating func fail(_ error: any Error) {
    if self.error == nil { self.error = error }
  }
}
