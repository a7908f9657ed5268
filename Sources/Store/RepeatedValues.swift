/// How stored values and those that were made again differ, bit by bit.
public struct RepeatedValues: Codable, Hashable, Sendable {
  /// What is compared: "spectra", "scalars/divergence".
  public var name: String
  /// Empty where it is only in the other one.
  public var stored: String?
  /// SHA-256 of the values that were made again; nil where they were not.
  public var repeated: String?
  /// Elements that are not the same bits; nil when types or shapes differ.
  public var differing: Int?
  public var elements: Int
  /// The largest |a − b| / max(|a|, |b|) of numbers that differ; nil when there is none that is finite.
  public var largestRelativeDifference: Double?
  /// What else is wrong: a type or a shape that is another, a digest that the values do not have.
  public var note: String?

  public var isIdentical: Bool { stored != nil && stored == repeated && differing == 0 && note == nil }

  enum CodingKeys: String, CodingKey {
    case name, differing, elements, note
    case stored = "stored_sha256"
    case repeated = "repeated_sha256"
    case largestRelativeDifference = "largest_relative_difference"
  }
}
