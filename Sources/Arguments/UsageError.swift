/// A command line that cannot be run: what is wrong with it, and what would be right.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line naming the option or argument, what was given, and what is allowed.
  public var problem: String
  /// What to do about it, when the problem does not say.
  public var advice: String?
  /// The command that was being parsed, such as `lamella simulate mineral`; filled in by the parser.
  public var command: String

  public init(_ problem: String, advice: String? = nil, command: String = "") {
    self.problem = problem
    self.advice = advice
    self.command = command
  }

  /// The problem on the first line, what to do on the second.
  public var description: String {
    "\(command): \(problem)\n\(advice ?? "'\(command) --help' shows what is possible.")"
  }
}
