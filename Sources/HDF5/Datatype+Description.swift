extension Datatype: CustomStringConvertible {
  /// The type in words, as `uint16`, `float32 (big-endian)` or `string`.
  public var description: String {
    switch self {
    case .integer(let size, let signed, let order): "\(signed ? "" : "u")int\(8 * size)\(order.suffix)"
    case .float(let size, let order): "float\(8 * size)\(order.suffix)"
    case .boolean: "boolean"
    case .complex(let size, let order): "complex\(16 * size)\(order.suffix)"
    case .fixedString(let length, _, let characters): "string of \(length) bytes\(characters.suffix)"
    case .variableString(let characters): "string\(characters.suffix)"
    case .enumeration(let base, let members):
      "enumeration over \(base) {\(members.map { "\($0.name) = \($0.value)" }.joined(separator: ", "))}"
    case .compound(let fields, _):
      "compound {\(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))}"
    case .opaque(let size, let tag): "opaque of \(size) bytes\(tag.isEmpty ? "" : " (\(tag))")"
    case .variableLength(let element): "list of \(element)"
    case .array(let element, let shape): "array \(shape) of \(element)"
    case .reference(.object): "object reference"
    case .reference(.region): "region reference"
    case .bitfield(let size, let order): "bits\(8 * size)\(order.suffix)"
    case .other(let size, _): "unusual type of \(size) bytes"
    }
  }
}

extension Datatype.ByteOrder {
  fileprivate var suffix: String { self == .big ? " (big-endian)" : "" }
}

extension Datatype.CharacterSet {
  fileprivate var suffix: String { self == .ascii ? " (ASCII)" : "" }
}
