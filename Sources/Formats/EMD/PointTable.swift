internal import Blocks
internal import HDF5

/// A list of points as an array of points × fields in double precision; each field is a dataset of its own in the file.
struct PointTable: ArraySource {
  private let fields: [Dataset]
  private let count: Int

  /// - Parameter fields: datasets of numbers of one dimension and one extent.
  init(_ fields: [Dataset], count: Int) {
    self.fields = fields
    self.count = count
  }

  var shape: [Int] { [count, fields.count] }
  var elementSize: Int { 8 }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard box.allSatisfy({ !$0.isEmpty }) else { return [] }
    var values = [Double](repeating: 0, count: box[0].count * box[1].count)
    for (column, field) in box[1].enumerated() {
      let numbers = try fields[field].read(as: Double.self, .box([box[0]]), converting: .nearest)
      for (row, number) in numbers.enumerated() { values[row * box[1].count + column] = number }
    }
    return unsafe values.withUnsafeBytes { unsafe Array($0) }
  }
}
