internal import Microscopy

extension ScalarType {
  /// Real values of this type, in native byte order, as Double.
  ///
  /// - Precondition: the type is not complex.
  func doubles(_ bytes: [UInt8]) -> [Double] {
    switch self {
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    case .uint8: bytes.map { Double($0) }
    case .int8: bytes.map { Double(Int8(bitPattern: $0)) }
    case .int16: numbers(bytes, Int16.self).map { Double($0) }
    case .int32: numbers(bytes, Int32.self).map { Double($0) }
    case .int64: numbers(bytes, Int64.self).map { Double($0) }
    case .uint16: numbers(bytes, UInt16.self).map { Double($0) }
    case .uint32: numbers(bytes, UInt32.self).map { Double($0) }
    case .uint64: numbers(bytes, UInt64.self).map { Double($0) }
    case .float16: numbers(bytes, UInt16.self).map { Double(halfBits: $0) }
    case .float32: numbers(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .float64: numbers(bytes, UInt64.self).map { Double(bitPattern: $0) }
    case .complex64, .complex128: preconditionFailure("complex numbers are no real values")
    }
  }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ type: Number.Type
  ) -> [Number] {
    let size = MemoryLayout<Number>.size
    let span = unsafe bytes.span.bytes
    return (0..<bytes.count / size).map { span.integer(at: $0 * size, type) }
  }

  /// Real values as text: whole numbers without a point, others with the fewest digits that tell them apart.
  ///
  /// - Precondition: the type is not complex.
  func texts(_ bytes: [UInt8]) -> [String] {
    switch self {
    case .int64: numbers(bytes, Int64.self).map { String($0) }
    case .uint64: numbers(bytes, UInt64.self).map { String($0) }
    case .float16: doubles(bytes).map { "\($0)" }
    case .float32: numbers(bytes, UInt32.self).map { "\(Float(bitPattern: $0))" }
    case .float64: doubles(bytes).map { "\($0)" }
    default: doubles(bytes).map { String(Int($0)) }
    }
  }
}

/// Numbers of IEEE 754's binary16 as Float, both in native byte order.
func widened(_ bytes: [UInt8]) -> [UInt8] {
  let values = ScalarType.float16.doubles(bytes).map { Float($0) }
  return unsafe values.withUnsafeBytes { unsafe Array($0) }
}

extension Double {
  /// The value of a number of IEEE 754's binary16.
  init(halfBits bits: UInt16) {
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double
    switch bits >> 10 & 0x1F {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    case let exponent:
      magnitude = Double(sign: .plus, exponent: Int(exponent) - 25, significand: fraction + 1024)
    }
    self = bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
