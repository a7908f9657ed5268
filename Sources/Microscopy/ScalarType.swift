/// The element type of an array, named as NumPy names it.
public enum ScalarType: String, Codable, Hashable, Sendable, CaseIterable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64
  case complex64, complex128

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Bytes that one byte-order swap reverses: the size of a component for complex numbers.
  public var swapWidth: Int {
    switch self {
    case .complex64: 4
    case .complex128: 8
    default: size
    }
  }

  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  public var isComplex: Bool { self == .complex64 || self == .complex128 }
}
