internal import LinearAlgebra

/// Draws from a discrete distribution in constant time (Walker 1977; Vose 1991).
struct AliasTable: Sendable {
  /// A column of the table: drawn, it yields its own outcome or the other.
  private struct Column {
    /// In 2⁻³² of the column's height.
    var ownShare: UInt32
    var other: UInt32
  }

  private var columns: [Column]

  /// - Precondition: the weights are finite, not negative, and not all zero.
  init(weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite && weights.allSatisfy { $0 >= 0 })
    columns = weights.indices.map { Column(ownShare: .max, other: UInt32($0)) }
    var heights = weights.map { $0 / total * Double(weights.count) }
    var low = heights.indices.filter { heights[$0] < 1 }
    var high = heights.indices.filter { heights[$0] >= 1 }
    while let short = low.popLast(), let tall = high.last {
      columns[short] = Column(ownShare: UInt32(heights[short] * 0x1p32), other: UInt32(tall))
      heights[tall] -= 1 - heights[short]
      if heights[tall] < 1 {
        high.removeLast()
        low.append(tall)
      }
    }
  }

  /// Adds a number of draws to a histogram, which stays at its greatest value where it would overflow.
  ///
  /// One random word per draw: its high part chooses the column, the rest chooses between the two outcomes.
  func add(_ draws: Int, to histogram: inout [UInt16], using generator: inout RandomGenerator) {
    // A local copy keeps the state in registers.
    var random = generator
    let columns = columns.span
    var histogram = histogram.mutableSpan
    let count = UInt64(columns.count)
    for _ in 0..<draws {
      let product = random.next().multipliedFullWidth(by: count)
      let index = Int(truncatingIfNeeded: product.high)
      let column = columns[index]
      let isOwn = UInt32(truncatingIfNeeded: product.low >> 32) < column.ownShare
      let outcome = isOwn ? index : Int(column.other)
      let value = histogram[outcome]
      histogram[outcome] = value &+ (value == .max ? 0 : 1)
    }
    generator = random
  }
}
