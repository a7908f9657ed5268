internal import Blocks
internal import Dispatch
internal import Foundation
internal import Microscopy

/// An array of which N × N neighbours along two dimensions are summed to one.
///
/// Groups at the far edges have fewer where the extents are no multiples of N; nothing is left out. The order of the additions
/// is that of the array, however it is read. In memory are the box and at most 16 MiB of what it is summed from, or one group of
/// columns of a row where that is more, and beside them what the array beneath takes for a box of that size.
struct DownsampledArray: ArraySource {
  private let base: any ArraySource
  private let baseType: ScalarType
  let type: ScalarType
  let shape: [Int]
  private let factor: Int
  private let file: String
  /// The first of the two dimensions; the other follows it.
  private let dimension: Int

  private static let window = 16 << 20

  /// - Precondition: both extents are at least N, and N at least 1.
  init(_ base: any ArraySource, type: ScalarType, by factor: Int, along dimension: Int, file: String) {
    precondition(factor >= 1 && base.shape[dimension] >= factor && base.shape[dimension + 1] >= factor)
    self.base = base
    baseType = type
    self.type = type.summed(factor * factor)
    self.factor = factor
    self.file = file
    self.dimension = dimension
    var shape = base.shape
    for axis in dimension...dimension + 1 { shape[axis] = (shape[axis] - 1) / factor + 1 }
    self.shape = shape
  }

  var elementSize: Int { type.size }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard !box.contains(where: \.isEmpty) else { return [] }
    let plan = Plan(box, dimension, factor, base.shape)
    var result = [UInt8](repeating: 0, count: box.reduce(elementSize) { $0 * $1.count })
    let columnSize = plan.inner * base.elementSize
    let columnStep = min(plan.columns.count, max(1, Self.window / columnSize / factor) * factor)
    let rowStep = max(1, Self.window / (columnStep * columnSize))
    // The dimensions before the two, then pieces of both of them.
    for outer in 0..<plan.outerCount {
      var part = plan.outerBox(outer) + [0..<0, 0..<0] + box[(dimension + 2)...]
      for row in stride(from: plan.rows.lowerBound, to: plan.rows.upperBound, by: rowStep) {
        part[dimension] = row..<min(row + rowStep, plan.rows.upperBound)
        for column in stride(from: plan.columns.lowerBound, to: plan.columns.upperBound, by: columnStep) {
          part[dimension + 1] = column..<min(column + columnStep, plan.columns.upperBound)
          let bytes = try base.read(part)
          try add(bytes, part[dimension], part[dimension + 1], outer, plan, to: &result)
        }
      }
    }
    return result
  }

  /// Where the elements of a box come from.
  private struct Plan {
    let box: [Range<Int>]
    let dimension: Int
    /// Rows and columns of the array beneath.
    let rows: Range<Int>
    let columns: Range<Int>
    /// Elements of the dimensions behind the two.
    let inner: Int
    let outerCount: Int

    init(_ box: [Range<Int>], _ dimension: Int, _ factor: Int, _ shape: [Int]) {
      self.box = box
      self.dimension = dimension
      let grown = { (axis: Int) in box[axis].lowerBound * factor..<min(box[axis].upperBound * factor, shape[axis]) }
      rows = grown(dimension)
      columns = grown(dimension + 1)
      inner = box[(dimension + 2)...].reduce(1) { $0 * $1.count }
      outerCount = box[..<dimension].reduce(1) { $0 * $1.count }
    }

    func outerBox(_ index: Int) -> [Range<Int>] {
      var rest = index
      var result: [Range<Int>] = []
      for range in box[..<dimension].reversed() {
        let place = range.lowerBound + rest % range.count
        rest /= range.count
        result.append(place..<place + 1)
      }
      return result.reversed()
    }
  }

  private func add(
    _ bytes: [UInt8], _ rows: Range<Int>, _ columns: Range<Int>, _ outer: Int, _ plan: Plan, to result: inout [UInt8]
  ) throws(FormatError) {
    let firstGroup = columns.lowerBound / factor
    let groupCount = (columns.upperBound - 1) / factor + 1 - firstGroup
    let outRow = plan.box[dimension + 1].count * plan.inner
    let isSound = unsafe bytes.withUnsafeBytes { source in
      unsafe result.withUnsafeMutableBytes { target in
        let source = unsafe SharedBuffer(UnsafeMutableRawBufferPointer(mutating: source))
        let target = unsafe SharedBuffer(target)
        let flags = SoundFlags()
        let bandCount = min(groupCount, max(1, ProcessInfo.processInfo.activeProcessorCount))
        DispatchQueue.concurrentPerform(iterations: bandCount) { band in
          let groups = groupCount * band / bandCount..<groupCount * (band + 1) / bandCount
          for row in rows {
            let outPlace = (outer * plan.box[dimension].count + row / factor - plan.box[dimension].lowerBound) * outRow
            for group in groups {
              let to = outPlace + (firstGroup + group - plan.box[dimension + 1].lowerBound) * plan.inner
              let first = max(columns.lowerBound, (firstGroup + group) * factor)
              for column in first..<min(columns.upperBound, (firstGroup + group + 1) * factor) {
                let from = ((row - rows.lowerBound) * columns.count + column - columns.lowerBound) * plan.inner
                let isSound = unsafe Summation.add(
                  source.buffer, from, baseType, to: target.buffer, to, type, count: plan.inner)
                if !isSound { flags.setUnsound() }
              }
            }
          }
        }
        return flags.isSound
      }
    }
    guard isSound else {
      throw FormatError(
        "import", file: file, field: "down-sampling", "a sum of \(factor) × \(factor) values is above what 64 bits hold",
        advice: "Import the map without down-sampling.")
    }
  }
}
