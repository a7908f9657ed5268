internal import Blocks

/// A single number seen as an array with extents of one.
struct ReshapedArray: ArraySource {
  let shape: [Int]
  let elementSize: Int
  private let base: any ArraySource

  /// - Precondition: the array has one element, and all extents of `shape` are one.
  init(_ base: any ArraySource, shape: [Int]) {
    precondition(base.elementCount == 1 && shape.allSatisfy { $0 == 1 })
    self.base = base
    self.shape = shape
    elementSize = base.elementSize
  }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    box.contains(where: \.isEmpty) ? [] : try base.read(base.wholeBox)
  }
}
