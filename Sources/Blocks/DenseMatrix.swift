/// A matrix in memory as a block source: row-major, cut into blocks of a number of rows.
public struct DenseMatrix: BlockSource {
  public let rowCount: Int
  public let columnCount: Int
  public let values: [Float]
  public let rowsPerBlock: Int
  public let images: [[Int]]
  private let sparse: Bool

  /// - Parameters:
  ///   - values: rows × columns.
  ///   - image: the extents of the navigation axes; one axis when nil.
  ///   - sparse: whether blocks are given as sparse counts.
  public init(
    rows: Int, columns: Int, values: [Float], rowsPerBlock: Int = 1024, image: [Int]? = nil, sparse: Bool = false
  ) {
    precondition(values.count == rows * columns && rowsPerBlock >= 1)
    rowCount = rows
    columnCount = columns
    self.values = values
    self.rowsPerBlock = rowsPerBlock
    self.sparse = sparse
    images = [image ?? [rows]]
  }

  public var blockCount: Int { (rowCount + rowsPerBlock - 1) / rowsPerBlock }

  private func range(ofBlock index: Int) -> Range<Int> {
    index * rowsPerBlock..<min(rowCount, (index + 1) * rowsPerBlock)
  }

  public func rowCount(ofBlock index: Int) -> Int { range(ofBlock: index).count }

  public func block(at index: Int) -> Block {
    let range = range(ofBlock: index)
    let part = Array(values[range.lowerBound * columnCount..<range.upperBound * columnCount])
    let rows = range.map(Int32.init)
    return Block(
      rows: rows, columnCount: columnCount,
      values: sparse ? .sparse(SparseRows(part, rows: rows.count, columns: columnCount)) : .dense(part))
  }
}

extension SparseRows {
  /// The non-zero values of a dense row-major matrix.
  public init(_ dense: [Float], rows: Int, columns: Int) {
    let panels = max(1, (columns + Self.panelWidth - 1) / Self.panelWidth)
    var offsets: [UInt32] = [0]
    var channels: [UInt16] = []
    var values: [Float] = []
    for row in 0..<rows {
      for panel in 0..<panels {
        let first = panel * Self.panelWidth
        for column in first..<min(columns, first + Self.panelWidth) where dense[row * columns + column] != 0 {
          channels.append(UInt16(column - first))
          values.append(dense[row * columns + column])
        }
        offsets.append(UInt32(channels.count))
      }
    }
    let small = values.allSatisfy { $0 >= 0 && $0 <= 255 && $0 == $0.rounded(.down) }
    self.init(
      offsets: offsets, channels: channels, counts: small ? .small(values.map { UInt8($0) }) : .large(values),
      panelCount: panels)
  }
}
