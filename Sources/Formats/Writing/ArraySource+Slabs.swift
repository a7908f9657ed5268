public import Blocks

extension ArraySource {
  /// Visits the values in C order, in pieces of at most about `limit` bytes.
  public func forEachSlab(limit: Int = 8 << 20, _ visit: ([UInt8]) throws -> Void) throws {
    guard elementCount > 0 else { return }
    // The first dimension below which everything fits into a piece.
    var inner = shape.count
    var innerSize = elementSize
    while inner > 0, innerSize * shape[inner - 1] <= limit {
      inner -= 1
      innerSize *= shape[inner]
    }
    guard inner > 0 else { return try visit(try read(wholeBox)) }
    let cut = inner - 1
    let step = max(1, limit / innerSize)
    var box = wholeBox
    var index = [Int](repeating: 0, count: cut)
    while true {
      for dimension in 0..<cut { box[dimension] = index[dimension]..<index[dimension] + 1 }
      for start in stride(from: 0, to: shape[cut], by: step) {
        box[cut] = start..<min(start + step, shape[cut])
        try visit(try read(box))
      }
      var dimension = cut - 1
      while dimension >= 0 {
        index[dimension] += 1
        if index[dimension] < shape[dimension] { break }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
