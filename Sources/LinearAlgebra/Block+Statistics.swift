public import Blocks
internal import CKernels

/// What a matrix must be checked for before it is factorised, summed over blocks.
public struct BlockStatistics: Hashable, Sendable {
  public var sum = 0.0
  public var sumOfSquares = 0.0
  public var minimum = Double.infinity
  public var maximum = -Double.infinity
  public var nonZeroCount = 0
  /// Values that are NaN or infinite; they are in no other figure.
  public var nonFiniteCount = 0

  public init() {}

  public mutating func add(_ other: Self) {
    sum += other.sum
    sumOfSquares += other.sumOfSquares
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    nonZeroCount += other.nonZeroCount
    nonFiniteCount += other.nonFiniteCount
  }
}

extension Block {
  /// The statistics of the block's values and the sum of each row; column sums are added to `columnSums`.
  public func statistics(columnSums: inout [Double]) -> (BlockStatistics, rowSums: [Double]) {
    precondition(columnSums.count == columnCount)
    var rowSums = [Double](repeating: 0, count: rowCount)
    let found = unsafe withRows { rows in
      unsafe rowSums.withUnsafeMutableBufferPointer { rowSums in
        unsafe columnSums.withUnsafeMutableBufferPointer { columnSums in
          var rows = unsafe rows
          return unsafe lamella_rows_statistics(&rows, rowSums.baseAddress, columnSums.baseAddress)
        }
      }
    }
    var statistics = BlockStatistics()
    statistics.sum = found.sum
    statistics.sumOfSquares = found.sum_of_squares
    statistics.minimum = found.minimum
    statistics.maximum = found.maximum
    statistics.nonZeroCount = Int(found.nonzero)
    statistics.nonFiniteCount = Int(found.nonfinite)
    return (statistics, rowSums)
  }

  /// Σ x·ln x over the values above zero.
  public var entropy: Double {
    unsafe withRows { rows in
      var rows = unsafe rows
      return unsafe lamella_rows_entropy(&rows)
    }
  }

  /// Σ over the block of (rowScale · columnScale · x)².
  public func scaledSquares(rowScale: [Float], columnScale: [Float]) -> Double {
    precondition(rowScale.count >= rowCount && columnScale.count >= columnCount)
    return unsafe withRows { rows in
      var rows = unsafe rows
      return unsafe lamella_rows_scaled_squares(&rows, rowScale, columnScale)
    }
  }
}
