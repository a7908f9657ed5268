internal import Microscopy

extension ScalarType {
  /// The narrowest unsigned type that holds a count.
  static func narrowest(for count: UInt64) -> ScalarType {
    count <= 0xFF ? .uint8 : count <= 0xFFFF ? .uint16 : count <= 0xFFFF_FFFF ? .uint32 : .uint64
  }

  /// The greatest count that an unsigned type holds; 0 for others.
  var greatestCount: UInt64 {
    switch self {
    case .uint8: 0xFF
    case .uint16: 0xFFFF
    case .uint32: 0xFFFF_FFFF
    case .uint64: .max
    default: 0
    }
  }
}
