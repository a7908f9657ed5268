internal import CLinearAlgebra

/// A dense matrix of doubles, row-major.
public struct Matrix: Hashable, Sendable, Codable {
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  /// - Precondition: `values.count == rows · columns`.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public init(zeros rows: Int, _ columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  public init(identity size: Int) {
    self.init(zeros: size, size)
    for i in 0..<size { self[i, i] = 1 }
  }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  public var transposed: Matrix {
    var result = Matrix(zeros: columns, rows)
    for row in 0..<rows { for column in 0..<columns { result[column, row] = self[row, column] } }
    return result
  }

  /// The first columns only.
  public func prefix(columns count: Int) -> Matrix {
    var result = Matrix(zeros: rows, count)
    for row in 0..<rows { for column in 0..<count { result[row, column] = self[row, column] } }
    return result
  }

  /// The matrix product. The corresponding C function is `cblas_dgemm`.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows)
    BLAS.prepare()
    var result = Matrix(zeros: left.rows, right.columns)
    guard left.rows > 0, right.columns > 0, left.columns > 0 else { return result }
    unsafe result.values.withUnsafeMutableBufferPointer { target in
      unsafe cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(left.rows), Int32(right.columns), Int32(left.columns), 1,
        left.values, Int32(left.columns), right.values, Int32(right.columns), 0, target.baseAddress,
        Int32(right.columns))
    }
    return result
  }
}
