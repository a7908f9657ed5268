internal import Microscopy

/// The type of a tag's data, as its definition in the file encodes it.
indirect enum GatanType: Hashable, Sendable {
  case number(ScalarType)
  /// Numbers one after the other, without gaps.
  case record([ScalarType])
  case text(byteCount: Int)
  case array(GatanType, count: Int)

  /// Bytes of one value; saturates where the counts of a damaged file are too large for any file.
  var size: Int {
    switch self {
    case .number(let type): return type.size
    case .record(let fields): return fields.reduce(0) { $0 + $1.size }
    case .text(let byteCount): return byteCount
    case .array(let element, let count):
      let (product, overflow) = element.size.multipliedReportingOverflow(by: count)
      return overflow ? .max : product
    }
  }

  /// Numbers in one value; saturates like `size`.
  var numberCount: Int {
    switch self {
    case .number: return 1
    case .record(let fields): return fields.count
    case .text(let byteCount): return byteCount
    case .array(let element, let count):
      let (product, overflow) = element.numberCount.multipliedReportingOverflow(by: count)
      return overflow ? .max : product
    }
  }

  var description: String {
    switch self {
    case .number(let type): type.rawValue
    case .record(let fields): "(\(fields.map(\.rawValue).joined(separator: ", ")))"
    case .text: "text"
    case .array(let element, let count): "\(element.description)[\(count)]"
    }
  }

  /// The number type of a code, nil for the codes of compound types and for unknown ones.
  static func number(code: UInt64) -> ScalarType? {
    switch code {
    case 2: .int16
    case 3: .int32
    case 4: .uint16
    case 5: .uint32
    case 6: .float32
    case 7: .float64
    case 8: .bool
    case 9: .int8
    case 10: .uint8
    case 11: .int64
    case 12: .uint64
    default: nil
    }
  }

  static let recordCode: UInt64 = 15
  static let textCode: UInt64 = 18
  static let arrayCode: UInt64 = 20

  /// The value that so many bytes hold; `bytes` has the size of the type.
  func value(_ bytes: ArraySlice<UInt8>, _ byteOrder: ByteOrder) -> MetadataTree {
    switch self {
    case .number(let type): return Self.value(bytes, type, byteOrder)
    case .text: return .text(decodeText(bytes))
    case .record(let fields):
      var place = bytes.startIndex
      return .list(
        fields.map { type in
          defer { place += type.size }
          return Self.value(bytes[place..<place + type.size], type, byteOrder)
        })
    case .array(let element, let count):
      let values = (0..<count).map { index in
        let start = bytes.startIndex + index * element.size
        return element.value(bytes[start..<start + element.size], byteOrder)
      }
      // DigitalMicrograph writes its texts as arrays of UTF-16 units.
      if element == .number(.uint16), let text = Self.text(values) { return .text(text) }
      return .list(values)
    }
  }

  private static func text(_ units: [MetadataTree]) -> String? {
    let units = units.map { UInt16(truncatingIfNeeded: Int($0.number ?? 0)) }
    return String(validating: units, as: UTF16.self)
  }

  private static func value(_ bytes: ArraySlice<UInt8>, _ type: ScalarType, _ byteOrder: ByteOrder) -> MetadataTree {
    var bits: UInt64 = 0
    if byteOrder == .little {
      for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    } else {
      for byte in bytes { bits = bits << 8 | UInt64(byte) }
    }
    return switch type {
    case .bool: .boolean(bits != 0)
    case .int8: .integer(Int64(Int8(truncatingIfNeeded: bits)))
    case .int16: .integer(Int64(Int16(truncatingIfNeeded: bits)))
    case .int32: .integer(Int64(Int32(truncatingIfNeeded: bits)))
    case .int64: .integer(Int64(truncatingIfNeeded: bits))
    case .float32: .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case .float64: .real(Double(bitPattern: bits))
    default: bits <= UInt64(Int64.max) ? .integer(Int64(bits)) : .unsigned(bits)
    }
  }
}
