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
    apply(factor, width: width, transposed: false, into: &products)
  }

  /// A += Xᵀ·W: for each column Σ_r x[r]·weights[r].
  ///
  /// - Parameters:
  ///   - weights: rows × width.
  ///   - accumulator: columns × width, added to.
  public func scatter(_ weights: [Float], width: Int, into accumulator: inout [Float]) {
    precondition(weights.count >= rowCount * width && accumulator.count >= columnCount * width)
    apply(weights, width: width, transposed: true, into: &accumulator)
  }

  /// X·F into `result`, or Xᵀ·F added to it.
  private func apply(_ factor: [Float], width: Int, transposed: Bool, into result: inout [Float]) {
    unsafe factor.withUnsafeBufferPointer { factor in
      unsafe result.withUnsafeMutableBufferPointer { result in
        guard case .dense(let values) = values else {
          return unsafe withRows { rows in
            var rows = unsafe rows
            if transposed {
              unsafe lamella_rows_scatter(&rows, factor.baseAddress, width, result.baseAddress)
            } else {
              unsafe lamella_rows_times(&rows, factor.baseAddress, width, result.baseAddress)
            }
          }
        }
        guard rowCount > 0, columnCount > 0, width > 0 else { return }
        BLAS.prepare()
        let (m, k) = transposed ? (columnCount, rowCount) : (rowCount, columnCount)
        unsafe values.withUnsafeBufferPointer { x in
          unsafe cblas_sgemm(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(m), Int32(width), Int32(k), 1,
            x.baseAddress, Int32(columnCount), factor.baseAddress, Int32(width), transposed ? 1 : 0, result.baseAddress,
            Int32(width))
        }
      }
    }
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
  BLAS.prepare()
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
