internal import CKernels

/// Moving boxes of elements between arrays in C order, and places in them.
enum Box {
  /// The index of the element at a place in the C order of an array.
  static func index(of number: Int, in extents: [Int]) -> [Int] {
    var rest = number
    var index = [Int](repeating: 0, count: extents.count)
    for axis in extents.indices.reversed() {
      index[axis] = rest % extents[axis]
      rest /= extents[axis]
    }
    return index
  }

  /// Copies the elements at `source` in an array of shape `sourceShape` to the position `target` in another.
  ///
  /// - Precondition: the box lies within both arrays.
  static func copy(
    _ box: [Range<Int>], of bytes: UnsafeRawBufferPointer, shape sourceShape: [Int],
    to target: [Int], in result: UnsafeMutableRawBufferPointer, shape targetShape: [Int], elementSize: Int
  ) {
    let sourceStrides = strides(sourceShape, elementSize)
    let targetStrides = strides(targetShape, elementSize)
    let start = zip(box, sourceStrides).reduce(0) { $0 + $1.0.lowerBound * $1.1 }
    let end = zip(target, targetStrides).reduce(0) { $0 + $1.0 * $1.1 }
    guard let source = bytes.baseAddress, let destination = result.baseAddress, box.allSatisfy({ !$0.isEmpty }) else {
      return
    }
    unsafe lamella_copy_box(
      (destination + end).assumingMemoryBound(to: UInt8.self), targetStrides,
      (source + start).assumingMemoryBound(to: UInt8.self), sourceStrides, box.map(\.count), box.count, elementSize)
  }

  private static func strides(_ shape: [Int], _ elementSize: Int) -> [Int] {
    var strides = [Int](repeating: elementSize, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }
}
