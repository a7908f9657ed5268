/// A tree of metadata as vendors write it: named values, nested to any depth.
public indirect enum MetadataTree: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// Only for values above `Int64.max`.
  case unsigned(UInt64)
  case real(Double)
  case text(String)
  case list([MetadataTree])
  case dictionary([String: MetadataTree])

  public static let empty = MetadataTree.dictionary([:])

  /// The value under a key, or nil when this is no dictionary or has no such key.
  public subscript(key: String) -> MetadataTree? {
    if case .dictionary(let values) = self { values[key] } else { nil }
  }

  /// The value at a path such as `"Acquisition_instrument.TEM.beam_energy"`, its keys separated by dots.
  public subscript(path path: String) -> MetadataTree? {
    path.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
  }

  /// Any number as Double.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  public var text: String? { if case .text(let value) = self { value } else { nil } }

  public var isEmpty: Bool {
    switch self {
    case .null: true
    case .list(let values): values.isEmpty
    case .dictionary(let values): values.isEmpty
    default: false
    }
  }
}

extension MetadataTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: MetadataTree...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, MetadataTree)...) {
    self = .dictionary(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}

/// As JSON: null, true, 1, 1.5, "text", [...], {...}. Non-finite reals become the texts "NaN", "Infinity", "-Infinity".
extension MetadataTree: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .real(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([MetadataTree].self) {
      self = .list(value)
    } else {
      self = .dictionary(try container.decode([String: MetadataTree].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .real(let value) where value.isFinite: try container.encode(value)
    case .real(let value):
      try container.encode(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .dictionary(let values): try container.encode(values)
    }
  }
}
