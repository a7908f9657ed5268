internal import Blocks
internal import LinearAlgebra

/// The factors that rows and columns of a matrix are multiplied with before it is factorised.
///
/// Poisson scaling divides rows by the square root of their mean and columns likewise, which makes the variance of
/// counts about equal (Keenan & Kotula, Surf. Interface Anal. 36, 203 (2004)); a row or column of zeros is left out.
struct Scaling: Sendable {
  /// Per block, per row.
  var rows: [[Float]]
  var columns: [Float]

  /// No scaling.
  init(none summary: MatrixSummary) {
    rows = summary.rowSums.map { Array(repeating: 1, count: $0.count) }
    columns = Array(repeating: 1, count: summary.columnSums.count)
  }

  /// Scaled so that a matrix of rank one with Poisson counts has the variance of its mean everywhere.
  init(poisson summary: MatrixSummary) {
    // With row scale 1/√row and column scale √total/√column every entry has variance 1 in the rank-one model.
    let total = summary.statistics.sum
    rows = summary.rowSums.map { $0.map { $0 > 0 ? Float(1 / $0.squareRoot()) : 0 } }
    columns = summary.columnSums.map { $0 > 0 ? Float((total / $0).squareRoot()) : 0 }
  }

  /// ‖scaled X‖².
  func squares(of sweeper: BlockSweeper) throws -> Double {
    var total = 0.0
    try sweeper.sweep(
      into: &total, partial: { 0.0 },
      visit: { block, index, partial in partial += block.scaledSquares(rowScale: rows[index], columnScale: columns) },
      merge: { total, partial in
        total += partial
        partial = 0
      })
    return total
  }
}
