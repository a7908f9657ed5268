import Microscopy
import Store

extension StoredArray {
  /// The values of any real type as numbers.
  var realValues: [Double] {
    func values<Value: BitwiseCopyable>(_: Value.Type, _ number: (Value) -> Double) -> [Double] {
      unsafe bytes.withUnsafeBytes { buffer in
        (0..<count).map { unsafe number(buffer.loadUnaligned(fromByteOffset: $0 * type.size, as: Value.self)) }
      }
    }
    return switch type {
    case .bool, .uint8: values(UInt8.self) { Double($0) }
    case .int8: values(Int8.self) { Double($0) }
    case .int16: values(Int16.self) { Double($0) }
    case .uint16: values(UInt16.self) { Double($0) }
    case .int32: values(Int32.self) { Double($0) }
    case .uint32: values(UInt32.self) { Double($0) }
    case .int64: values(Int64.self) { Double($0) }
    case .uint64: values(UInt64.self) { Double($0) }
    case .float16: values(Float16.self) { Double($0) }
    case .float32: values(Float.self) { Double($0) }
    case .float64: values(Double.self) { $0 }
    case .complex64, .complex128: []
    }
  }
}
