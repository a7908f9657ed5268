/// A dimension of an array that is copied into another order.
struct CopyDimension {
  var count: Int
  /// Bytes from one index to the next where the values come from, and where they go.
  var from: Int
  var to: Int
}

/// Copies an array between two orders of dimensions, in tiles that fit the first-level cache.
///
/// The places that the dimensions reach must lie within both buffers.
func copyElements(
  _ dimensions: [CopyDimension], size: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
) {
  switch size {
  case 1: unsafe copyElements(dimensions, UInt8.self, source, target)
  case 2: unsafe copyElements(dimensions, UInt16.self, source, target)
  case 4: unsafe copyElements(dimensions, UInt32.self, source, target)
  case 8: unsafe copyElements(dimensions, UInt64.self, source, target)
  default: unsafe copyElements(dimensions, SIMD2<UInt64>.self, source, target)
  }
}

private func copyElements<Element: BitwiseCopyable>(
  _ dimensions: [CopyDimension], _ type: Element.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
) {
  var outer = dimensions.filter { $0.count != 1 }
  guard outer.allSatisfy({ $0.count > 0 }) else { return }
  // The innermost pair: the dimension that is fastest in the source, and the one that is fastest in the target.
  outer.sort { $0.from > $1.from }
  let single = CopyDimension(count: 1, from: 0, to: 0)
  let fast = outer.popLast() ?? single
  let partner: CopyDimension
  if let index = outer.indices.min(by: { outer[$0].to < outer[$1].to }) {
    partner = outer.remove(at: index)
  } else {
    partner = single
  }
  let size = MemoryLayout<Element>.size
  let isRun = fast.from == size && fast.to == size
  forEachIndex(of: outer) { from, to in
    if isRun {
      for row in 0..<partner.count {
        unsafe (target + to + row * partner.to).copyMemory(
          from: source + from + row * partner.from, byteCount: fast.count * size)
      }
    } else {
      unsafe copyTiles(fast, partner, type, source + from, target + to)
    }
  }
}

/// Turns a tile at a time through a small buffer: every cache line of both sides is then used up when it is touched,
/// which strides of powers of two would otherwise evict.
private func copyTiles<Element: BitwiseCopyable>(
  _ fast: CopyDimension, _ partner: CopyDimension, _ type: Element.Type, _ source: UnsafeRawPointer,
  _ target: UnsafeMutableRawPointer
) {
  let side = 32
  let size = MemoryLayout<Element>.size
  let isPacked = fast.from == size && partner.to == size
  unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: side * side) { tile in
    guard let tile = tile.baseAddress else { return }
    for firstColumn in stride(from: 0, to: partner.count, by: side) {
      let columns = min(side, partner.count - firstColumn)
      for firstRow in stride(from: 0, to: fast.count, by: side) {
        let rows = min(side, fast.count - firstRow)
        let from = unsafe source + firstRow * fast.from + firstColumn * partner.from
        let to = unsafe target + firstRow * fast.to + firstColumn * partner.to
        if isPacked, rows == side, columns == side {
          for column in 0..<side {
            let line = unsafe from + column * partner.from
            for row in 0..<side {
              unsafe tile[row * side + column] = line.loadUnaligned(fromByteOffset: row * size, as: Element.self)
            }
          }
          for row in 0..<side {
            unsafe (to + row * fast.to).copyMemory(from: tile + row * side, byteCount: side * size)
          }
        } else {
          for row in 0..<rows {
            for column in 0..<columns {
              let value = unsafe (from + row * fast.from + column * partner.from).loadUnaligned(as: Element.self)
              unsafe (to + row * fast.to + column * partner.to).storeBytes(of: value, as: Element.self)
            }
          }
        }
      }
    }
  }
}

/// Visits all index combinations in order with the byte places they stand for.
func forEachIndex(of dimensions: [CopyDimension], _ visit: (_ from: Int, _ to: Int) -> Void) {
  guard let first = dimensions.first else { return visit(0, 0) }
  let rest = Array(dimensions.dropFirst())
  for index in 0..<first.count {
    forEachIndex(of: rest) { visit(index * first.from + $0, index * first.to + $1) }
  }
}
