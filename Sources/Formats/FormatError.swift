/// What is wrong with a file, where in it, and what to do about it.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The format the file was read or written as, such as "Ripple".
  public var format: String
  public var file: String
  /// Where in the file, in bytes from its beginning.
  public var offset: Int?
  /// The header field, tag or member at fault.
  public var field: String?
  public var problem: String
  public var advice: String

  public init(
    _ format: String, file: String, offset: Int? = nil, field: String? = nil, _ problem: String, advice: String
  ) {
    self.format = format
    self.file = file
    self.offset = offset
    self.field = field
    self.problem = problem
    self.advice = advice
  }

  /// Two lines: what is wrong and where; what to do.
  public var description: String {
    var place = "\(file): \(format)"
    if let field { place += ", \(field)" }
    if let offset { place += ", at byte \(offset)" }
    return "\(place): \(problem)\n\(advice)"
  }
}
