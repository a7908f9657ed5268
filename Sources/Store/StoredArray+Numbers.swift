internal import Blocks
internal import Microscopy

extension StoredArray {
  /// The values as doubles, whatever their type; nil for complex numbers and halves.
  public var numbers: [Double]? {
    switch type {
    case .float64: doubles
    case .float32: floats?.map { Double($0) }
    case .bool, .uint8: bytes.map { Double($0) }
    case .int8: bytes.map { Double(Int8(bitPattern: $0)) }
    case .int16: loaded(Int16.self).map { Double($0) }
    case .uint16: loaded(UInt16.self).map { Double($0) }
    case .int32: loaded(Int32.self).map { Double($0) }
    case .uint32: loaded(UInt32.self).map { Double($0) }
    case .int64: loaded(Int64.self).map { Double($0) }
    case .uint64: loaded(UInt64.self).map { Double($0) }
    case .float16, .complex64, .complex128: nil
    }
  }

  private func loaded<Value: BitwiseCopyable>(_ wanted: Value.Type) -> [Value] {
    unsafe bytes.withUnsafeBytes { buffer in
      (0..<count).map { unsafe buffer.loadUnaligned(fromByteOffset: $0 * type.size, as: Value.self) }
    }
  }
}
