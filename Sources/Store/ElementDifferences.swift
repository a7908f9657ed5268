internal import Foundation
internal import Microscopy

/// Counts elements that differ.
struct ElementDifferences {
  var count = 0
  var largest: Double?

  /// - Precondition: both have the same number of bytes, a multiple of the size of the type.
  mutating func add(_ a: [UInt8], _ b: [UInt8], _ type: ScalarType) {
    precondition(a.count == b.count)
    guard a != b else { return }
    let size = type.size
    unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { b in
        for start in stride(from: 0, to: a.count, by: size) {
          let (one, other) = unsafe (
            UnsafeRawBufferPointer(rebasing: a[start..<start + size]), UnsafeRawBufferPointer(rebasing: b[start..<start + size])
          )
          guard unsafe !one.elementsEqual(other) else { continue }
          count += 1
          let difference = unsafe Self.relative(type.components(one), type.components(other))
          if difference.isFinite { largest = max(largest ?? 0, difference) }
        }
      }
    }
  }

  private static func relative(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
    let scale = max(hypot(a.0, a.1), hypot(b.0, b.1))
    return scale == 0 ? 0 : hypot(a.0 - b.0, a.1 - b.1) / scale
  }
}

extension ScalarType {
  /// An element as a number, with its imaginary part.
  fileprivate func components(_ bytes: UnsafeRawBufferPointer) -> (Double, Double) {
    func load<Number: BitwiseCopyable>(_ type: Number.Type, at offset: Int = 0) -> Number {
      unsafe bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }
    switch self {
    case .bool, .uint8: return (Double(load(UInt8.self)), 0)
    case .int8: return (Double(load(Int8.self)), 0)
    case .int16: return (Double(load(Int16.self)), 0)
    case .int32: return (Double(load(Int32.self)), 0)
    case .int64: return (Double(load(Int64.self)), 0)
    case .uint16: return (Double(load(UInt16.self)), 0)
    case .uint32: return (Double(load(UInt32.self)), 0)
    case .uint64: return (Double(load(UInt64.self)), 0)
    case .float16: return (Double(load(Float16.self)), 0)
    case .float32: return (Double(load(Float.self)), 0)
    case .float64: return (load(Double.self), 0)
    case .complex64: return (Double(load(Float.self)), Double(load(Float.self, at: 4)))
    case .complex128: return (load(Double.self), load(Double.self, at: 8))
    }
  }
}
