public import Microscopy

extension StoredArray {
  /// The values as doubles, whatever their type; nil for complex numbers.
  public var numbers: [Double]? { type.numbers(bytes) }
}

extension ScalarType {
  /// Values of this type, in native byte order, as doubles: of truth values 0 and 1; nil for complex numbers.
  public func numbers(_ bytes: [UInt8]) -> [Double]? {
    func each<Value: BitwiseCopyable>(_: Value.Type, _ number: (Value) -> Double) -> [Double] {
      unsafe bytes.withUnsafeBytes { buffer in
        (0..<buffer.count / MemoryLayout<Value>.size).map { index in
          number(unsafe buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.size, as: Value.self))
        }
      }
    }
    return switch self {
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    case .uint8: bytes.map { Double($0) }
    case .int8: each(Int8.self) { Double($0) }
    case .int16: each(Int16.self) { Double($0) }
    case .uint16: each(UInt16.self) { Double($0) }
    case .int32: each(Int32.self) { Double($0) }
    case .uint32: each(UInt32.self) { Double($0) }
    case .int64: each(Int64.self) { Double($0) }
    case .uint64: each(UInt64.self) { Double($0) }
    case .float16: each(UInt16.self) { Self.half($0) }
    case .float32: each(Float.self) { Double($0) }
    case .float64: each(Double.self) { $0 }
    case .complex64, .complex128: nil
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
