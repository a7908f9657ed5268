/// Several matrices of equal width as one: their rows, one source after another.
public struct ConcatenatedSource: BlockSource {
  /// Why sources cannot be joined.
  public struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  public let sources: [any BlockSource]
  public let rowCount: Int
  public let columnCount: Int
  public let blockCount: Int
  public let images: [[Int]]
  /// The first block and the first row of each source.
  private let starts: [(block: Int, row: Int)]

  /// - Throws: `Mismatch` when there is no source, or the sources differ in columns.
  public init(_ sources: [any BlockSource]) throws(Mismatch) {
    guard let first = sources.first else { throw Mismatch(description: "A series without a map has no rows.") }
    var starts: [(block: Int, row: Int)] = []
    var blocks = 0
    var rows = 0
    for (index, source) in sources.enumerated() {
      guard source.columnCount == first.columnCount else {
        throw Mismatch(
          description: "Map \(index + 1) of the series has \(source.columnCount) channels, the first \(first.columnCount). "
            + "Give maps of equal length, or cut them with a channel mask.")
      }
      starts.append((blocks, rows))
      blocks += source.blockCount
      rows += source.rowCount
    }
    guard rows <= Int(Int32.max) else {
      throw Mismatch(description: "A series of \(rows) pixels is longer than the 2,147,483,647 that one matrix takes.")
    }
    self.sources = sources
    self.starts = starts
    rowCount = rows
    columnCount = first.columnCount
    blockCount = blocks
    images = sources.flatMap(\.images)
  }

  public func rowCount(ofBlock index: Int) -> Int {
    let source = source(ofBlock: index)
    return sources[source].rowCount(ofBlock: index - starts[source].block)
  }

  public func block(at index: Int) throws -> Block {
    let source = source(ofBlock: index)
    var block = try sources[source].block(at: index - starts[source].block)
    let shift = Int32(starts[source].row)
    if shift != 0 { for row in block.rows.indices { block.rows[row] += shift } }
    return block
  }

  private func source(ofBlock index: Int) -> Int {
    // Series are short; a source without blocks starts where the next one does.
    starts.lastIndex { $0.block <= index } ?? 0
  }
}
