public import Blocks
internal import CKernels
internal import CLinearAlgebra

/// The products of a block of rows that factorisations are made of.
///
/// The order of every sum depends on the block and the width alone, so that the same input gives the same bits.
extension Block {
  /// X·F: for each row of the block Σ_c x[c]·factor[c].
  ///
  /// - Parameters:
  ///   - factor: columns × width.
  ///   - products: rows × width, overwritten.
  public func multiply(_ factor: [Float], width: Int, into products: inout [Float]) {
    precondition(factor.count >= columnCount * width && products.count >= rowCount * width)
    switch values {
    case .dense(let values):
      unsafe values.withUnsafeBufferPointer { x in
        unsafe factor.withUnsafeBufferPointer { f in
          unsafe products.withUnsafeMutableBufferPointer { target in
            unsafe Self.product(
              x.baseAddress, transposed: false, (rowCount, width, columnCount), f.baseAddress, width, 0,
              target.baseAddress, leading: columnCount)
          }
        }
      }
    case .sparse:
      unsafe withRows { rows in
        unsafe factor.withUnsafeBufferPointer { f in
          unsafe products.withUnsafeMutableBufferPointer { target in
            var rows = unsafe rows
            unsafe lamella_rows_times(&rows, f.baseAddress, width, target.baseAddress)
          }
        }
      }
    }
  }

  /// A += Xᵀ·W: for each column Σ_r x[r]·weights[r].
  ///
  /// - Parameters:
  ///   - weights: rows × width.
  ///   - accumulator: columns × width, added to.
  public func scatter(_ weights: [Float], width: Int, into accumulator: inout [Float]) {
    precondition(weights.count >= rowCount * width && accumulator.count >= columnCount * width)
    switch values {
    case .dense(let values):
      unsafe values.withUnsafeBufferPointer { x in
        unsafe weights.withUnsafeBufferPointer { w in
          unsafe accumulator.withUnsafeMutableBufferPointer { target in
            unsafe Self.product(
              x.baseAddress, transposed: true, (columnCount, width, rowCount), w.baseAddress, width, 1,
              target.baseAddress, leading: columnCount)
          }
        }
      }
    case .sparse:
      unsafe withRows { rows in
        unsafe weights.withUnsafeBufferPointer { w in
          unsafe accumulator.withUnsafeMutableBufferPointer { target in
            var rows = unsafe rows
            unsafe lamella_rows_scatter(&rows, w.baseAddress, width, target.baseAddress)
          }
        }
      }
    }
  }

  private static func product(
    _ a: UnsafePointer<Float>?, transposed: Bool, _ size: (m: Int, n: Int, k: Int), _ b: UnsafePointer<Float>?,
    _ width: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>?, leading: Int
  ) {
    _ = BLAS.started
    guard size.m > 0, size.n > 0, size.k > 0 else { return }
    unsafe cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(size.m), Int32(size.n), Int32(size.k),
      1, a, Int32(leading), b, Int32(width), beta, c, Int32(width))
  }

  /// The block as the kernels see it, valid within `body`.
  func withRows<Result>(_ body: (lamella_rows) -> Result) -> Result {
    var rows = unsafe lamella_rows()
    unsafe rows.rows = rowCount
    unsafe rows.columns = columnCount
    unsafe rows.panels = 1
    switch values {
    case .dense(let values):
      return unsafe values.withUnsafeBufferPointer {
        unsafe rows.dense = $0.baseAddress
        return unsafe body(rows)
      }
    case .sparse(let sparse):
      unsafe rows.panels = sparse.panelCount
      return unsafe sparse.offsets.withUnsafeBufferPointer { offsets in
        unsafe sparse.channels.withUnsafeBufferPointer { channels in
          unsafe rows.offsets = offsets.baseAddress
          unsafe rows.channels = channels.baseAddress
          switch sparse.counts {
          case .small(let counts):
            // An empty block still says which kind of counts it has: its base address must not be null.
            return unsafe (counts.isEmpty ? [0] : counts).withUnsafeBufferPointer {
              unsafe rows.small = $0.baseAddress
              return unsafe body(rows)
            }
          case .large(let counts):
            return unsafe counts.withUnsafeBufferPointer {
              unsafe rows.large = $0.baseAddress
              return unsafe body(rows)
            }
          }
        }
      }
    }
  }
}

/// Adds TᵀT to a gram matrix, T being rows × width and row-major.
public func accumulateGram(of values: [Float], width: Int, into gram: inout [Double]) {
  precondition(gram.count == width * width)
  _ = BLAS.started
  let rows = values.count / width
  guard rows > 0 else { return }
  var product = [Float](repeating: 0, count: width * width)
  unsafe product.withUnsafeMutableBufferPointer { target in
    unsafe values.withUnsafeBufferPointer { values in
      unsafe cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(width), Int32(width), Int32(rows), 1, values.baseAddress,
        Int32(width), values.baseAddress, Int32(width), 0, target.baseAddress, Int32(width))
    }
  }
  for index in gram.indices { gram[index] += Double(product[index]) }
}
