/// Some rows of a matrix of pixels by channels, in memory: dense, or sparse counts.
public struct Block: Sendable {
  /// The values of the rows.
  public enum Values: Sendable {
    /// Row-major, rows × columns.
    case dense([Float])
    case sparse(SparseRows)
  }

  /// The matrix row that each row of the block is; ascending within a block, not always consecutive.
  public var rows: [Int32]
  public var columnCount: Int
  public var values: Values

  public init(rows: [Int32], columnCount: Int, values: Values) {
    self.rows = rows
    self.columnCount = columnCount
    self.values = values
  }

  public var rowCount: Int { rows.count }

  /// Bytes that the block holds.
  public var byteCount: Int {
    switch values {
    case .dense(let values): rows.count * 4 + values.count * 4
    case .sparse(let sparse): rows.count * 4 + sparse.byteCount
    }
  }
}

/// Rows that are mostly zeros: for each row the channels that are not, ascending, and their values.
///
/// Channels are cut into panels of 65,536, so that an index within its panel takes two bytes; a spectrum has one panel.
public struct SparseRows: Sendable {
  public enum Counts: Sendable {
    case small([UInt8])
    case large([Float])
  }

  public static let panelWidth = 65_536

  /// Where each row begins in `channels` and `counts`, panel after panel: `rowCount · panelCount + 1` offsets.
  public var offsets: [UInt32]
  /// The channel of each value, less the first channel of its panel.
  public var channels: [UInt16]
  public var counts: Counts
  public var panelCount: Int

  public init(offsets: [UInt32], channels: [UInt16], counts: Counts, panelCount: Int) {
    self.offsets = offsets
    self.channels = channels
    self.counts = counts
    self.panelCount = panelCount
  }

  public var nonZeroCount: Int { channels.count }
  public var byteCount: Int {
    let positions = offsets.count * 4 + channels.count * 2
    return switch counts {
    case .small(let values): positions + values.count
    case .large(let values): positions + values.count * 4
    }
  }
}
