internal import Blocks

/// A box of an array as an array of its own, without some of its dimensions.
struct ArraySection: ArraySource {
  private let base: any ArraySource
  private let box: [Range<Int>]
  private let dropped: Set<Int>

  /// - Precondition: `box` lies within the array, and has the extent one along the dimensions that are dropped.
  init(_ base: any ArraySource, _ box: [Range<Int>], dropping dropped: Set<Int> = []) {
    precondition(box.count == base.shape.count && dropped.allSatisfy { box[$0].count == 1 })
    self.base = base
    self.box = box
    self.dropped = dropped
  }

  var shape: [Int] { box.indices.filter { !dropped.contains($0) }.map { box[$0].count } }
  var elementSize: Int { base.elementSize }

  func read(_ part: [Range<Int>]) throws -> [UInt8] {
    var wanted = box
    var next = part.startIndex
    for dimension in box.indices where !dropped.contains(dimension) {
      let start = box[dimension].lowerBound
      wanted[dimension] = start + part[next].lowerBound..<start + part[next].upperBound
      next += 1
    }
    return try base.read(wanted)
  }
}
