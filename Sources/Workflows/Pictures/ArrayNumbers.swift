import Blocks
import Foundation
import Microscopy
import Store

extension ScalarType {
  /// Values of this type, in native byte order, as numbers; of complex ones their magnitudes.
  func numbers(_ bytes: [UInt8]) -> [Double] {
    func each<Value: BitwiseCopyable>(_ type: Value.Type, _ number: (Value) -> Double) -> [Double] {
      unsafe bytes.withUnsafeBytes { buffer in
        (0..<buffer.count / MemoryLayout<Value>.size).map { index in
          number(unsafe buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.size, as: Value.self))
        }
      }
    }
    return switch self {
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    case .uint8: bytes.map { Double($0) }
    case .int8: bytes.map { Double(Int8(bitPattern: $0)) }
    case .int16: each(Int16.self) { Double($0) }
    case .int32: each(Int32.self) { Double($0) }
    case .int64: each(Int64.self) { Double($0) }
    case .uint16: each(UInt16.self) { Double($0) }
    case .uint32: each(UInt32.self) { Double($0) }
    case .uint64: each(UInt64.self) { Double($0) }
    case .float16: each(UInt16.self) { Self.half($0) }
    case .float32: each(Float.self) { Double($0) }
    case .float64: each(Double.self) { $0 }
    case .complex64: each(SIMD2<Float>.self) { hypot(Double($0.x), Double($0.y)) }
    case .complex128: each(SIMD2<Double>.self) { hypot($0.x, $0.y) }
    }
  }

  /// A number of IEEE 754's binary16 from its bits.
  private static func half(_ bits: UInt16) -> Double {
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double
    switch bits >> 10 & 0x1F {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    case let exponent: magnitude = Double(sign: .plus, exponent: Int(exponent) - 25, significand: fraction + 1024)
    }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}

extension StoredArray {
  /// The values as numbers; of complex ones their magnitudes.
  var magnitudes: [Double] { type.numbers(bytes) }
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
      let numbers = type.numbers(try array.read(outer + [start..<end, 0..<width]))
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
