/// A number of a report that may be missing: its key is always there, with null where there is no number.
///
/// What is no finite number counts as missing, since JSON has no word for it.
@propertyWrapper
public struct OrNull: Codable, Hashable, Sendable {
  private var value: Double?

  public var wrappedValue: Double? {
    get { value }
    set { value = newValue.flatMap { $0.isFinite ? $0 : nil } }
  }

  public init(wrappedValue: Double?) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init(wrappedValue: container.decodeNil() ? nil : try container.decode(Double.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}
