internal import Blocks
internal import LinearAlgebra

/// The factors of rows and columns after which the variance of counts is 1 on average over each row and each column.
///
/// A matrix of such noise has no singular value above √rows + √columns (Marchenko & Pastur 1967), whatever the mixture of spectra
/// that it is the noise of: Landa, Zhang & Kluger, SIAM J. Math. Data Sci. 4, 1389 (2022). The variance of a count is the count
/// itself on average, so that the factors u of rows and v of columns with Σⱼ uᵢ xᵢⱼ vⱼ = columns and Σᵢ uᵢ xᵢⱼ vⱼ = rows are found
/// by Sinkhorn's iteration, and the matrix is scaled with their square roots. (Square roots of sums, as of Keenan & Kotula, do so
/// for one spectrum only.)
enum Biwhitening {
  static let sweeps = 5

  /// - Parameter afterSweep: called after each of `sweeps` sweeps.
  static func scaling(
    of sweeper: BlockSweeper, _ summary: MatrixSummary, afterSweep: () throws -> Void = {}
  ) throws -> Scaling {
    let total = summary.statistics.sum
    let size = MatrixSize(summary)
    // Single counts in dark pixels and dark channels are noise that no law of large numbers holds for: there the factors are
    // limited, so that no count is worth more than a third of the edge, and the variance is less than 1.
    let leastRow = total / Double(size.rows) / 4
    let leastColumn = 9 * total / (size.edge * size.edge * leastRow)
    let greatest = (row: total.squareRoot() / leastRow, column: total.squareRoot() / leastColumn)
    var columns = summary.columnSums.map { $0 > 0 ? min(total.squareRoot() / $0, greatest.column) : 0 }
    var rows = summary.rowSums.map { [Double](repeating: 0, count: $0.count) }
    let width = PaddedFactor.width(of: 1)
    let columnCount = columns.count
    for _ in 0..<sweeps {
      let factor = PaddedFactor(Matrix(rows: columnCount, columns: 1, values: columns))
      var sums = [Double](repeating: 0, count: columnCount)
      try sweeper.sweep(
        into: &sums, states: &rows, partial: { [Float](repeating: 0, count: columnCount * width) },
        visit: { block, _, rows, partial in
          var products = [Float](repeating: 0, count: block.rowCount * width)
          block.multiply(factor.values, width: width, into: &products)
          for row in 0..<block.rowCount {
            let product = Double(products[row * width])
            rows[row] = product > 0 ? min(Double(size.columns) / product, greatest.row) : 0
            for i in 0..<width { products[row * width + i] = i == 0 ? Float(rows[row]) : 0 }
          }
          block.scatter(products, width: width, into: &partial)
        },
        merge: { total, partial in
          for column in total.indices { total[column] += Double(partial[column * width]) }
          for index in partial.indices { partial[index] = 0 }
        })
      columns = sums.map { $0 > 0 ? min(Double(size.rows) / $0, greatest.column) : 0 }
      try afterSweep()
    }
    var scaling = Scaling(none: summary)
    scaling.rows = rows.map { $0.map { Float($0.squareRoot()) } }
    scaling.columns = columns.map { Float($0.squareRoot()) }
    return scaling
  }
}

/// The number of rows and columns that have counts.
struct MatrixSize: Sendable {
  let rows: Int
  let columns: Int

  init(_ summary: MatrixSummary) {
    rows = summary.rowSums.reduce(0) { $0 + $1.count { $0 > 0 } }
    columns = summary.columnSums.count { $0 > 0 }
  }

  /// The greatest singular value of noise of variance 1.
  var edge: Double { Double(rows).squareRoot() + Double(columns).squareRoot() }
}
