internal import CLinearAlgebra

extension Matrix {
  /// A·Bᵀ. The corresponding C function is `cblas_dgemm`.
  public func timesTransposed(_ other: Matrix) -> Matrix {
    precondition(columns == other.columns)
    BLAS.prepare()
    var result = Matrix(zeros: rows, other.rows)
    guard rows > 0, other.rows > 0, columns > 0 else { return result }
    unsafe result.values.withUnsafeMutableBufferPointer { target in
      unsafe cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(other.rows), Int32(columns), 1, values, Int32(columns),
        other.values, Int32(columns), 0, target.baseAddress, Int32(other.rows))
    }
    return result
  }

  /// A·x. The corresponding C function is `cblas_dgemv`.
  public func times(_ vector: [Double]) -> [Double] { product(vector, transposed: false) }

  /// Aᵀ·x. The corresponding C function is `cblas_dgemv`.
  public func transposedTimes(_ vector: [Double]) -> [Double] { product(vector, transposed: true) }

  private func product(_ vector: [Double], transposed: Bool) -> [Double] {
    precondition(vector.count == (transposed ? rows : columns))
    BLAS.prepare()
    var result = [Double](repeating: 0, count: transposed ? columns : rows)
    guard rows > 0, columns > 0 else { return result }
    unsafe result.withUnsafeMutableBufferPointer { target in
      unsafe cblas_dgemv(
        CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1, values, Int32(columns), vector, 1,
        0, target.baseAddress, 1)
    }
    return result
  }

  /// The inverse of a symmetric positive definite matrix; nil for a matrix that is not, within rounding.
  ///
  /// Rows and columns are scaled to a unit diagonal first, so that the units of the variables do not matter. Only the
  /// upper triangle is read. The corresponding C functions are `LAPACKE_dpotrf` and `LAPACKE_dpotri`.
  /// - Precondition: square.
  public func inverseOfPositiveDefinite() -> Matrix? {
    precondition(rows == columns)
    guard rows > 0 else { return self }
    BLAS.prepare()
    let scales = (0..<rows).map { 1 / self[$0, $0].squareRoot() }
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    var inverse = self
    for row in 0..<rows { for column in row..<rows { inverse[row, column] *= scales[row] * scales[column] } }
    let n = Int32(rows)
    let upper = CChar(UInt8(ascii: "U"))
    let isDone = unsafe inverse.values.withUnsafeMutableBufferPointer { a in
      unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, upper, n, a.baseAddress, n) == 0
        && LAPACKE_dpotri(LAPACK_ROW_MAJOR, upper, n, a.baseAddress, n) == 0
    }
    guard isDone else { return nil }
    for row in 0..<rows {
      for column in row..<rows {
        inverse[row, column] *= scales[row] * scales[column]
        inverse[column, row] = inverse[row, column]
      }
    }
    return inverse
  }
}
