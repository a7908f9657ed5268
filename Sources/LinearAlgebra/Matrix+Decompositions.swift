internal import CLinearAlgebra

extension Matrix {
  /// An orthonormal basis of the columns' span (rows × columns): the Q of a thin QR decomposition.
  ///
  /// The sign of each column is fixed so that R's diagonal is not negative.
  /// The corresponding C functions are `LAPACKE_dgeqrf` and `LAPACKE_dorgqr`.
  /// - Precondition: `rows >= columns`.
  public func orthonormalized() -> Matrix {
    precondition(rows >= columns)
    guard columns > 0 else { return self }
    BLAS.prepare()
    var q = self
    var scales = [Double](repeating: 0, count: columns)
    let (m, n) = (Int32(rows), Int32(columns))
    unsafe q.values.withUnsafeMutableBufferPointer { a in
      unsafe scales.withUnsafeMutableBufferPointer { tau in
        _ = unsafe LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, m, n, a.baseAddress, n, tau.baseAddress)
      }
    }
    let flipped = (0..<columns).map { q[$0, $0] < 0 }
    unsafe q.values.withUnsafeMutableBufferPointer { a in
      unsafe scales.withUnsafeBufferPointer { tau in
        _ = unsafe LAPACKE_dorgqr(LAPACK_ROW_MAJOR, m, n, n, a.baseAddress, n, tau.baseAddress)
      }
    }
    for column in 0..<columns where flipped[column] {
      for row in 0..<rows { q[row, column].negate() }
    }
    return q
  }

  /// The eigenvalues of a symmetric matrix, largest first, and its eigenvectors as columns in the same order.
  ///
  /// Only the upper triangle is read. The sign of each vector is fixed so that its entry of largest magnitude (the
  /// first of several) is positive. The corresponding C function is `LAPACKE_dsyevd`.
  /// - Precondition: square and finite.
  public func symmetricEigen() -> (values: [Double], vectors: Matrix) {
    precondition(rows == columns)
    guard rows > 0 else { return ([], self) }
    BLAS.prepare()
    var vectors = self
    var eigenvalues = [Double](repeating: 0, count: rows)
    let n = Int32(rows)
    unsafe vectors.values.withUnsafeMutableBufferPointer { a in
      unsafe eigenvalues.withUnsafeMutableBufferPointer { w in
        _ = unsafe LAPACKE_dsyevd(
          LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), n, a.baseAddress, n, w.baseAddress)
      }
    }
    var ordered = Matrix(zeros: rows, rows)
    for column in 0..<rows {
      let source = rows - 1 - column
      var pivot = 0
      for row in 1..<max(rows, 1) where abs(vectors[row, source]) > abs(vectors[pivot, source]) { pivot = row }
      let sign = vectors[pivot, source] < 0 ? -1.0 : 1.0
      for row in 0..<rows { ordered[row, column] = sign * vectors[row, source] }
    }
    return (eigenvalues.reversed(), ordered)
  }
}
