internal import Blocks
internal import LinearAlgebra

/// The sums of a matrix over its rows and columns, from one sweep.
struct MatrixSummary: Sendable {
  var statistics = BlockStatistics()
  /// Σ x·ln x over the values above zero.
  var entropy = 0.0
  var columnSums: [Double]
  /// Per block the sum of each of its rows.
  var rowSums: [[Double]]
  /// Per block its rows.
  var rows: [[Int32]]

  /// The number of rows that are in a block.
  var presentRowCount: Int { rowSums.reduce(0) { $0 + $1.count } }

  /// Sums up a matrix and checks that it can be factorised into so many components.
  ///
  /// - Parameter adviceOnNegative: what to do about negative values; nil when they are welcome.
  /// - Throws: `DecompositionError`, or what the source throws.
  init(of sweeper: BlockSweeper, components: Int, adviceOnNegative: String?) throws {
    let columns = sweeper.source.columnCount
    columnSums = Array(repeating: 0, count: columns)
    rowSums = []
    rows = []
    guard columns > 0, sweeper.source.rowCount > 0 else {
      throw DecompositionError(
        .nothingToFactorize, "no pixels or no channels are left to factorise",
        advice: "Check the shape of the map and what its masks leave.")
    }
    struct Sums: Sendable {
      var statistics = BlockStatistics()
      var entropy = 0.0
      var columns: [Double]
    }
    var total = Sums(columns: columnSums)
    var blocks = [BlockRows](repeating: BlockRows(), count: sweeper.source.blockCount)
    try sweeper.sweep(
      into: &total, states: &blocks, partial: { Sums(columns: Array(repeating: 0, count: columns)) },
      visit: { block, _, rows, partial in
        let (statistics, sums) = block.statistics(columnSums: &partial.columns)
        partial.statistics.add(statistics)
        partial.entropy += block.entropy
        rows = BlockRows(
          numbers: block.rows, sums: sums, isStrange: statistics.nonFiniteCount > 0, isNegative: statistics.minimum < 0)
      },
      merge: { total, partial in
        total.statistics.add(partial.statistics)
        total.entropy += partial.entropy
        for column in 0..<columns { total.columns[column] += partial.columns[column] }
        partial = Sums(columns: Array(repeating: 0, count: columns))
      })
    statistics = total.statistics
    entropy = total.entropy
    columnSums = total.columns
    rowSums = blocks.map(\.sums)
    rows = blocks.map(\.numbers)
    try check(blocks, components: components, adviceOnNegative: adviceOnNegative)
  }

  private struct BlockRows: Sendable {
    var numbers: [Int32] = []
    var sums: [Double] = []
    var isStrange = false
    var isNegative = false
  }

  private func check(_ blocks: [BlockRows], components: Int, adviceOnNegative: String?) throws(DecompositionError) {
    func row(_ isMeant: (BlockRows) -> Bool) -> Int? { blocks.first(where: isMeant)?.numbers.first.map { Int($0) } }
    guard presentRowCount > 0 else {
      throw DecompositionError(
        .nothingToFactorize, "the mask leaves no pixel", advice: "Choose a mask with at least one pixel inside.")
    }
    guard statistics.nonFiniteCount == 0 else {
      throw DecompositionError(
        .nonFinite, "\(statistics.nonFiniteCount) values are NaN or infinite",
        advice: "Mask the pixels or channels that hold them, or repair the data before importing it.",
        row: row(\.isStrange))
    }
    if let adviceOnNegative, statistics.minimum < 0 {
      throw DecompositionError(
        .negative, "there are negative values, the smallest \(statistics.minimum)", advice: adviceOnNegative,
        row: row(\.isNegative))
    }
    guard statistics.nonZeroCount > 0 else {
      throw DecompositionError(
        .nothingToFactorize, "every value is zero",
        advice: "Check that the right dataset was imported, and what its masks leave.")
    }
    let most = min(presentRowCount, columnSums.count)
    guard components <= most else {
      throw DecompositionError(
        .tooManyComponents,
        "\(components) components were asked for, but \(presentRowCount) pixels × \(columnSums.count) channels have at most \(most)",
        advice: "Ask for fewer components.")
    }
  }
}
