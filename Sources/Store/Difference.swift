/// A place where two files do not hold the same.
public struct Difference: Codable, Hashable, Sendable {
  public enum Aspect: String, Codable, Hashable, Sendable {
    /// One of the files lacks it.
    case missing
    /// A group here and a dataset there, or a link that leads elsewhere.
    case kind
    case type, shape, values, attribute
    /// It cannot be read in one of the files.
    case unreadable
    /// The values are the same, the digests are not.
    case digest
  }

  /// How the elements of two arrays differ.
  public struct Values: Codable, Hashable, Sendable {
    /// Elements whose bits differ.
    public var count: Int
    public var total: Int
    /// The index of the first of them in C order.
    public var first: [Int]
    /// The largest absolute difference of two numbers; nil for texts, and where one of each pair is no number.
    public var largest: Double?
  }

  /// The map, image, mask, result, series or model that it belongs to; "/" for the file.
  public var object: String
  /// What that is: "map", "result" …; "file".
  public var kind: String
  /// The path of the group or dataset, or of the attribute behind an "@".
  public var path: String
  public var aspect: Aspect
  /// What the first file has there, in words; nil where it has nothing. Of arrays, the first element that differs.
  public var a: String?
  /// What the second file has there.
  public var b: String?
  public var values: Values?
}
