internal import Microscopy
internal import Synchronization

/// Adds arrays of any type to arrays of the type that holds their sums.
enum Summation {
  /// Adds `count` values to others; places are in values. False when a sum of 64 bits overflows.
  static func add(
    _ source: UnsafeMutableRawBufferPointer, _ from: Int, _ type: ScalarType, to target: UnsafeMutableRawBufferPointer,
    _ to: Int, _ sumType: ScalarType, count: Int
  ) -> Bool {
    guard let source = source.baseAddress, let target = target.baseAddress else { return true }
    let values = unsafe source + from * type.size
    let sums = unsafe target + to * sumType.size
    switch (type, sumType) {
    case (.bool, .uint16), (.uint8, .uint16): unsafe addWhole(values, UInt8.self, sums, UInt16.self, count)
    case (.bool, .uint32), (.uint8, .uint32): unsafe addWhole(values, UInt8.self, sums, UInt32.self, count)
    case (.bool, _), (.uint8, _): unsafe addWhole(values, UInt8.self, sums, UInt64.self, count)
    case (.uint16, .uint32): unsafe addWhole(values, UInt16.self, sums, UInt32.self, count)
    case (.uint16, _): unsafe addWhole(values, UInt16.self, sums, UInt64.self, count)
    case (.uint32, _): unsafe addWhole(values, UInt32.self, sums, UInt64.self, count)
    case (.uint64, _): return unsafe addChecked(values, sums, UInt64.self, count)
    case (.int8, .int16): unsafe addWhole(values, Int8.self, sums, Int16.self, count)
    case (.int8, .int32): unsafe addWhole(values, Int8.self, sums, Int32.self, count)
    case (.int8, _): unsafe addWhole(values, Int8.self, sums, Int64.self, count)
    case (.int16, .int32): unsafe addWhole(values, Int16.self, sums, Int32.self, count)
    case (.int16, _): unsafe addWhole(values, Int16.self, sums, Int64.self, count)
    case (.int32, _): unsafe addWhole(values, Int32.self, sums, Int64.self, count)
    case (.int64, _): return unsafe addChecked(values, sums, Int64.self, count)
    case (.float16, _):
      let sums = unsafe sums.assumingMemoryBound(to: Float.self)
      for index in 0..<count {
        unsafe sums[index] += Float(Double(halfBits: values.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
      }
    case (.float32, _): unsafe addReal(values, sums, Float.self, count)
    case (.float64, _): unsafe addReal(values, sums, Double.self, count)
    case (.complex64, _): unsafe addReal(values, sums, Float.self, 2 * count)
    case (.complex128, _): unsafe addReal(values, sums, Double.self, 2 * count)
    }
    return true
  }

  @inline(__always)
  private static func addWhole<Value: FixedWidthInteger, Sum: FixedWidthInteger>(
    _ values: UnsafeMutableRawPointer, _: Value.Type, _ sums: UnsafeMutableRawPointer, _: Sum.Type, _ count: Int
  ) {
    let values = unsafe values.assumingMemoryBound(to: Value.self)
    let sums = unsafe sums.assumingMemoryBound(to: Sum.self)
    for index in 0..<count { unsafe sums[index] &+= Sum(truncatingIfNeeded: values[index]) }
  }

  @inline(__always)
  private static func addChecked<Value: FixedWidthInteger>(
    _ values: UnsafeMutableRawPointer, _ sums: UnsafeMutableRawPointer, _: Value.Type, _ count: Int
  ) -> Bool {
    let values = unsafe values.assumingMemoryBound(to: Value.self)
    let sums = unsafe sums.assumingMemoryBound(to: Value.self)
    var isSound = true
    for index in 0..<count {
      let (sum, overflow) = unsafe sums[index].addingReportingOverflow(values[index])
      unsafe sums[index] = sum
      isSound = isSound && !overflow
    }
    return isSound
  }

  @inline(__always)
  private static func addReal<Value: BinaryFloatingPoint>(
    _ values: UnsafeMutableRawPointer, _ sums: UnsafeMutableRawPointer, _: Value.Type, _ count: Int
  ) {
    let values = unsafe values.assumingMemoryBound(to: Value.self)
    let sums = unsafe sums.assumingMemoryBound(to: Value.self)
    for index in 0..<count { unsafe sums[index] += values[index] }
  }
}

/// Whether anything failed in any of several threads.
final class SoundFlags: Sendable {
  private let failed = Atomic(false)

  func setUnsound() { failed.store(true, ordering: .relaxed) }
  var isSound: Bool { !failed.load(ordering: .relaxed) }
}

extension ScalarType {
  /// The narrowest type of the same kind that holds a sum of so many values; 64 bits at most, and halves become singles.
  func summed(_ count: Int) -> ScalarType {
    guard count > 1 else { return self }
    let needed = self == .bool ? 1 : size * 8
    // A sum of n values of b bits takes b + log2 n bits, rounded up.
    let bits = needed + (Int.bitWidth - (count - 1).leadingZeroBitCount)
    switch self {
    case .bool, .uint8, .uint16, .uint32, .uint64:
      // 257 bytes of 255 are just 16 bits.
      let fits = { (type: ScalarType) in
        let (sum, overflow) = (self == .bool ? 1 : self.greatestCount).multipliedReportingOverflow(by: UInt64(count))
        return !overflow && sum <= type.greatestCount && type.size > self.size
      }
      return [ScalarType.uint16, .uint32].first(where: fits) ?? .uint64
    case .int8, .int16, .int32, .int64: return bits <= 16 ? .int16 : bits <= 32 ? .int32 : .int64
    case .float16: return .float32
    default: return self
    }
  }
}
