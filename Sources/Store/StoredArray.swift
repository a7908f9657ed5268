public import Microscopy

/// A small array with its element type, as results and checkpoints are made of: values in C order, native byte order.
public struct StoredArray: Hashable, Sendable {
  public var type: ScalarType
  public var shape: [Int]
  public var bytes: [UInt8]

  /// - Precondition: `bytes.count` is the product of `shape` times the element size.
  public init(type: ScalarType, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(type.size, *))
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  public init(_ values: [Float], shape: [Int]? = nil) { self.init(.float32, values, shape) }
  public init(_ values: [Double], shape: [Int]? = nil) { self.init(.float64, values, shape) }
  public init(_ values: [Int32], shape: [Int]? = nil) { self.init(.int32, values, shape) }
  public init(_ values: [Int64], shape: [Int]? = nil) { self.init(.int64, values, shape) }
  public init(_ values: [UInt64], shape: [Int]? = nil) { self.init(.uint64, values, shape) }
  public init(_ values: [UInt8], shape: [Int]? = nil) { self.init(.uint8, values, shape) }
  public init(_ values: [Bool], shape: [Int]? = nil) {
    self.init(type: .bool, shape: shape ?? [values.count], bytes: values.map { $0 ? 1 : 0 })
  }

  private init<Value: BitwiseCopyable>(_ type: ScalarType, _ values: [Value], _ shape: [Int]?) {
    self.init(
      type: type, shape: shape ?? [values.count], bytes: unsafe values.withUnsafeBytes { unsafe Array($0) })
  }

  public var count: Int { shape.reduce(1, *) }

  /// The values, or nil when they are of another type.
  public var floats: [Float]? { values(.float32) }
  public var doubles: [Double]? { values(.float64) }

  private func values<Value: BitwiseCopyable>(_ wanted: ScalarType) -> [Value]? {
    guard type == wanted else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      (0..<count).map { unsafe buffer.loadUnaligned(fromByteOffset: $0 * wanted.size, as: Value.self) }
    }
  }
}
