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

  /// The number of rows that are in a block.
  var presentRowCount: Int { rowSums.reduce(0) { $0 + $1.count } }

  /// Sums up a matrix and checks that it can be factorised into so many components.
  ///
  /// - Parameter nonNegative: whether a negative value is an error.
  /// - Throws: `DecompositionError`, or what the source throws.
  init(of sweeper: BlockSweeper, components: Int, nonNegative: Bool) throws {
    let columns = sweeper.source.columnCount
    columnSums = Array(repeating: 0, count: columns)
    rowSums = Array(repeating: [], count: sweeper.source.blockCount)
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
    try sweeper.sweep(
      into: &total, states: &rowSums, partial: { Sums(columns: Array(repeating: 0, count: columns)) },
      visit: { block, _, rowSums, partial in
        let (statistics, sums) = block.statistics(columnSums: &partial.columns)
        partial.statistics.add(statistics)
        partial.entropy += block.entropy
        rowSums = sums
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
    try check(components: components, nonNegative: nonNegative)
  }

  private func check(components: Int, nonNegative: Bool) throws(DecompositionError) {
    guard presentRowCount > 0 else {
      throw DecompositionError(
        .nothingToFactorize, "the mask leaves no pixel", advice: "Choose a mask with at least one pixel inside.")
    }
    guard statistics.nonFiniteCount == 0 else {
      throw DecompositionError(
        .nonFinite, "\(statistics.nonFiniteCount) values are NaN or infinite",
        advice: "Mask the pixels or channels that hold them, or repair the data before importing it.")
    }
    guard !nonNegative || statistics.minimum >= 0 else {
      throw DecompositionError(
        .negative, "the map holds negative values, the smallest \(statistics.minimum)",
        advice: "Non-negative factorisation needs values of zero or more: use PCA, or mask the channels that hold them.")
    }
    guard statistics.nonZeroCount > 0 else {
      throw DecompositionError(
        .nothingToFactorize, "every value of the map is zero",
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
