/// Something that can be asked for on the command line: a struct whose options are declared as properties.
///
///     struct Verify: Command {
///       static let name = "verify"
///       static let summary = "Compare every stored digest with the values"
///
///       @Argument("The Lamella file.") var file: FilePath
///       @Flag("Report as JSON.") var json: Bool
///
///       func run() throws { … }
///     }
///
/// Parsing, help, the reference and the completions are all made from these declarations. A command that has
/// subcommands only names them; it is never run.
public protocol Command: SendableMetatype {
  /// As it is typed, in lower case.
  static var name: String { get }
  /// One line, in the imperative, without a full stop.
  static var summary: String { get }
  /// Paragraphs below the usage line, separated by empty lines.
  static var discussion: String { get }
  static var examples: [Example] { get }
  static var subcommands: [any Command.Type] { get }

  init()
  /// Refuses combinations of options that no single declaration can refuse; called before `run`.
  func validate() throws(UsageError)
  func run() throws
}

extension Command {
  public static var discussion: String { "" }
  public static var examples: [Example] { [] }
  public static var subcommands: [any Command.Type] { [] }

  public func validate() throws(UsageError) {}
  public func run() throws {}
}

/// Declarations that several commands share: a property of this type adds them to the command.
public protocol ArgumentGroup {
  /// The heading of their section in the help; nil puts them with the command's own options.
  static var title: String? { get }
  init()
}

extension ArgumentGroup {
  public static var title: String? { nil }
}

/// A command line to learn from, and what it does.
public struct Example: Hashable, Sendable {
  public var summary: String
  public var line: String

  public init(_ summary: String, _ line: String) {
    self.summary = summary
    self.line = line
  }
}
