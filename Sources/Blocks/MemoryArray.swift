/// An array held in memory, in C order.
public struct MemoryArray: ArraySource {
  public let shape: [Int]
  public let elementSize: Int
  public let bytes: [UInt8]

  /// - Precondition: `bytes.count` is the product of `shape` times `elementSize`.
  public init(shape: [Int], elementSize: Int, bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(elementSize, *))
    self.shape = shape
    self.elementSize = elementSize
    self.bytes = bytes
  }

  /// An array of numbers in native representation.
  public init<Number: BitwiseCopyable>(shape: [Int], _ values: [Number]) {
    self.init(
      shape: shape, elementSize: MemoryLayout<Number>.stride,
      bytes: unsafe values.withUnsafeBytes { unsafe Array($0) })
  }

  public func read(_ box: [Range<Int>]) -> [UInt8] {
    if box == wholeBox { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(box.reduce(elementSize) { $0 * $1.count })
    forEachRun(of: box, in: shape) { start, count in
      result += bytes[start * elementSize..<(start + count) * elementSize]
    }
    return result
  }
}

/// Visits the runs of consecutive elements that make up a box of a C-ordered array, in C order.
///
/// Runs that follow each other without a gap are joined: a box that spans the trailing dimensions is few long runs.
public func forEachRun<Failure: Error>(
  of box: [Range<Int>], in shape: [Int], _ visit: (_ start: Int, _ count: Int) throws(Failure) -> Void
) throws(Failure) {
  precondition(box.count == shape.count)
  guard box.allSatisfy({ !$0.isEmpty }) else { return }
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  // The trailing dimensions that the box spans whole, and the one before them, form one run.
  var inner = shape.count - 1
  while inner > 0, box[inner] == 0..<shape[inner] { inner -= 1 }
  guard inner >= 0 else { return try visit(0, 1) }
  let count = box[inner].count * strides[inner]
  var index = box.map(\.lowerBound)
  while true {
    try visit(zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }, count)
    var axis = inner - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < box[axis].upperBound { break }
      index[axis] = box[axis].lowerBound
      axis -= 1
    }
    if axis < 0 { return }
  }
}
