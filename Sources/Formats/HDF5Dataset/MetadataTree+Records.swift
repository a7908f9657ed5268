internal import HDF5
internal import Microscopy

extension MetadataTree {
  /// Records as dictionaries of their fields; nil where a field has no bytes of its own.
  static func records(_ bytes: [UInt8], _ type: Datatype) -> [MetadataTree]? {
    guard case .compound(let fields, let size) = type, size > 0, type.isSelfContained else { return nil }
    return stride(from: 0, through: bytes.count - size, by: size).map { start in
      var record: [String: MetadataTree] = [:]
      for field in fields {
        let place = start + field.offset
        let end = place.addingReportingOverflow(field.type.size)
        guard field.offset >= 0, !end.overflow, end.partialValue <= start + size else { continue }
        record[field.name] = value(bytes[place..<end.partialValue], field.type)
      }
      return .dictionary(record)
    }
  }

  private static func value(_ bytes: ArraySlice<UInt8>, _ type: Datatype) -> MetadataTree {
    switch type {
    case .integer(let size, let signed, let order) where size <= 8:
      let bits = bits(bytes, order)
      if !signed { return bits <= UInt64(Int64.max) ? .integer(Int64(bits)) : .unsigned(bits) }
      let shift = 64 - 8 * size
      return .integer(Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift))
    case .float(4, let order): return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(bytes, order)))))
    case .float(8, let order): return .real(Double(bitPattern: bits(bytes, order)))
    case .boolean: return .boolean(bytes.contains { $0 != 0 })
    case .enumeration(let base, let members):
      guard case .integer(let number) = value(bytes, base) else { return value(bytes, base) }
      return members.first { $0.value == number }.map { .text($0.name) } ?? .integer(number)
    case .fixedString: return .text(decodeText(bytes.prefix { $0 != 0 }))
    case .compound: return records(Array(bytes), type)?.first ?? .null
    case .array(let element, _) where element.size > 0:
      return .list(
        stride(from: bytes.startIndex, through: bytes.endIndex - element.size, by: element.size).map {
          value(bytes[$0..<$0 + element.size], element)
        })
    default: return ["left out": .text("a value of type \(type)")]
    }
  }

  private static func bits(_ bytes: ArraySlice<UInt8>, _ order: Datatype.ByteOrder) -> UInt64 {
    order == .little ? bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } : bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
