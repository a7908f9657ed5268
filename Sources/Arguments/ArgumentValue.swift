/// A type whose values can be given on the command line.
///
/// An enumeration with string raw values needs only `: String, CaseIterable, ArgumentValue`: its cases become the
/// choices, listed in help and completed by the shell.
public protocol ArgumentValue {
  /// The value that a text stands for, or nil when it stands for none.
  init?(argument: String)
  /// What is allowed, as it follows "give": "a whole number", "one of kl, frobenius".
  static var expectation: String { get }
  /// How the shell can complete a value.
  static var completion: Completion { get }
  /// The value as it would be typed.
  var argument: String { get }
}

/// How the shell completes a value.
public enum Completion: Hashable, Sendable {
  case none
  case files
  case choices([String])
}

extension ArgumentValue {
  public static var completion: Completion { .none }
}

extension ArgumentValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public init?(argument: String) { self.init(rawValue: argument) }
  public static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
  public static var completion: Completion { .choices(allCases.map(\.rawValue)) }
  public var argument: String { rawValue }
}

extension String: ArgumentValue {
  public init?(argument: String) {
    if argument.isEmpty { return nil }
    self = argument
  }
  public static var expectation: String { "a text that is not empty" }
  public var argument: String { self }
}

extension Int: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "a whole number" }
  public var argument: String { String(self) }
}

extension UInt64: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "a whole number, 0 or more" }
  public var argument: String { String(self) }
}

extension Double: ArgumentValue {
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  public static var expectation: String { "a number" }
  /// Without a trailing ".0".
  public var argument: String { Int(exactly: self).map(String.init) ?? String(self) }
}
