/// The path of a file, which the shell completes.
public struct FilePath: ArgumentValue, Hashable, Sendable {
  public var string: String

  public init(_ string: String) { self.string = string }

  public init?(argument: String) {
    if argument.isEmpty || argument.contains("\0") { return nil }
    self.init(argument)
  }

  public static var expectation: String { "the path of a file" }
  public static var completion: Completion { .files }
  public var argument: String { string }
}
