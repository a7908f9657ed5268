import Blocks
import Foundation
import Microscopy
import Store

extension ScalarType {
  /// Values of this type, in native byte order, as numbers; of complex ones their magnitudes.
  func magnitudes(_ bytes: [UInt8]) -> [Double] {
    if let numbers = numbers(bytes) { return numbers }
    let part: ScalarType = self == .complex64 ? .float32 : .float64
    let parts = part.numbers(bytes) ?? []
    return stride(from: 0, to: parts.count - 1, by: 2).map { hypot(parts[$0], parts[$0 + 1]) }
  }
}

extension StoredArray {
  /// The values as numbers; of complex ones their magnitudes.
  var magnitudes: [Double] { type.magnitudes(bytes) }
}

/// An image in memory, averaged down where it was larger than pictures need.
struct ReducedImage {
  var values: [Double]
  var rows: Int
  var columns: Int
  /// Pixels of the source along y and x that became one.
  var factors: (y: Int, x: Int)

  /// The longest side that is kept.
  static let limit = 1200

  /// Reads the last two dimensions of an array at an index of the others, a band of rows at a time.
  init(_ array: any ArraySource, type: ScalarType, at index: [Int] = []) throws {
    let shape = array.shape
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    let factor = max(1, (max(height, width) + Self.limit - 1) / Self.limit)
    factors = (min(factor, max(height, 1)), min(factor, max(width, 1)))
    rows = (height + factors.y - 1) / factors.y
    columns = (width + factors.x - 1) / factors.x
    values = []
    values.reserveCapacity(rows * columns)
    guard height > 0, width > 0 else { return }
    let outer = index.map { $0..<$0 + 1 }
    // About 8 MB of elements at a time, in whole rows of the result.
    let band = max(1, (8 << 20) / max(1, width * type.size) / factors.y) * factors.y
    for start in stride(from: 0, to: height, by: band) {
      let end = min(height, start + band)
      let numbers = type.magnitudes(try array.read(outer + [start..<end, 0..<width]))
      values += Self.averaged(numbers, width: width, factors)
    }
  }

  /// Means over blocks, of the values that are finite.
  private static func averaged(_ numbers: [Double], width: Int, _ factors: (y: Int, x: Int)) -> [Double] {
    guard factors.y > 1 || factors.x > 1 else { return numbers }
    let height = numbers.count / width
    var result: [Double] = []
    for top in stride(from: 0, to: height, by: factors.y) {
      for left in stride(from: 0, to: width, by: factors.x) {
        var (sum, count) = (0.0, 0.0)
        for y in top..<min(top + factors.y, height) {
          for x in left..<min(left + factors.x, width) where numbers[y * width + x].isFinite {
            sum += numbers[y * width + x]
            count += 1
          }
        }
        result.append(count > 0 ? sum / count : .nan)
      }
    }
    return result
  }
}
