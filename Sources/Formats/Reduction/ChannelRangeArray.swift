internal import Blocks

/// The lower part of an array along one dimension; the rest is not read.
struct ChannelRangeArray: ArraySource {
  private let base: any ArraySource
  let shape: [Int]

  /// - Precondition: the array has that many along the dimension.
  init(_ base: any ArraySource, first count: Int, along dimension: Int) {
    precondition((0...base.shape[dimension]).contains(count))
    self.base = base
    var shape = base.shape
    shape[dimension] = count
    self.shape = shape
  }

  var elementSize: Int { base.elementSize }

  func read(_ box: [Range<Int>]) throws -> [UInt8] { try base.read(box) }
}
