/// How an array is read on its way into chunks: in boxes aligned to the chunk grid, each within a budget.
struct SlabPlan: Hashable, Sendable {
  let shape: [Int]
  let chunk: [Int]
  /// Extents of a slab; the last slab in a dimension may be shorter.
  let extents: [Int]
  /// Whether the slabs, one after the other, are the array in C order.
  let isInOrder: Bool

  /// Slabs grow from the last dimension backwards, so that each is as contiguous as the budget allows.
  init(shape: [Int], chunk: [Int], elementSize: Int, budget: Int) {
    self.shape = shape
    self.chunk = chunk
    var extents = zip(shape, chunk).map { min($0, $1) }
    for dimension in shape.indices.reversed() {
      let step = extents.reduce(elementSize, *) / extents[dimension] * chunk[dimension]
      let steps = max(1, budget / max(1, step))
      extents[dimension] = min(shape[dimension], steps * chunk[dimension])
      if extents[dimension] < shape[dimension] { break }
    }
    self.extents = extents
    let first = extents.firstIndex { $0 > 1 } ?? extents.count
    isInOrder = extents.indices.allSatisfy { $0 <= first || extents[$0] == shape[$0] }
  }

  /// The slabs in C order of their grid.
  var slabs: [[Range<Int>]] { Self.cells(of: shape.map { 0..<$0 }, by: extents) }

  /// The chunks of a slab, cut where the array ends, in C order of the chunk grid.
  func chunks(of slab: [Range<Int>]) -> [[Range<Int>]] { Self.cells(of: slab, by: chunk) }

  private static func cells(of box: [Range<Int>], by extents: [Int]) -> [[Range<Int>]] {
    var cells: [[Range<Int>]] = []
    forEachIndex(in: zip(box, extents).map { ($0.count + $1 - 1) / $1 }) { cell in
      cells.append(
        cell.indices.map { axis in
          let start = box[axis].lowerBound + cell[axis] * extents[axis]
          return start..<min(start + extents[axis], box[axis].upperBound)
        })
    }
    return cells
  }
}
