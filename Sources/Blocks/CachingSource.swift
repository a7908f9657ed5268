internal import Synchronization

/// A source that keeps blocks in memory as far as a budget allows, and reads the others again.
///
/// Sweeps run over all blocks in turn, so the first blocks that fit are kept for good: discarding the oldest would discard
/// each just before it is wanted. What a sweep sees does not depend on the budget.
public final class CachingSource: BlockSource {
  private struct Kept {
    var blocks: [Int: Block] = [:]
    var bytes = 0
  }

  public let base: any BlockSource
  /// Bytes of blocks that may be kept.
  public let budget: Int
  private let kept = Mutex(Kept())

  public init(_ base: any BlockSource, budget: Int) {
    self.base = base
    self.budget = budget
  }

  public var rowCount: Int { base.rowCount }
  public var columnCount: Int { base.columnCount }
  public var blockCount: Int { base.blockCount }
  public var images: [[Int]] { base.images }
  public func rowCount(ofBlock index: Int) -> Int { base.rowCount(ofBlock: index) }

  public func block(at index: Int) throws -> Block {
    if let block = kept.withLock({ $0.blocks[index] }) { return block }
    let block = try base.block(at: index)
    kept.withLock {
      guard $0.blocks[index] == nil, $0.bytes + block.byteCount <= budget else { return }
      $0.blocks[index] = block
      $0.bytes += block.byteCount
    }
    return block
  }
}
