/// A program of commands: what it is called, and what can be asked of it.
public struct Program: Sendable {
  public var name: String
  public var version: String
  /// One line, in the imperative, without a full stop.
  public var summary: String
  public var discussion: String
  public var commands: [any Command.Type]

  public init(
    name: String, version: String, summary: String, discussion: String = "", commands: [any Command.Type]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.discussion = discussion
    self.commands = commands
  }

  /// What a command line asks for.
  public enum Request {
    case run(any Command)
    /// A text asked for by name: the version, or help.
    case print(String)
    /// The help of a command that was named without one of its subcommands.
    case incomplete(String)
  }

  /// Reads the words after the program's name.
  public func parse(_ words: [String]) throws(UsageError) -> Request {
    var words = words[...]
    switch words.first {
    case "--version": return .print("\(name) \(version)")
    case "help" where words.dropFirst() == ["--markdown"]:
      // Printed with a newline at its end.
      return .print(String(reference.dropLast()))
    case "help": words = words.dropFirst() + ["--help"]
    default: break
    }
    var node = root
    while !node.children.isEmpty {
      guard let word = words.popFirst() else { return .incomplete(node.help) }
      if word == "--help" || word == "-h" { return .print(node.help) }
      guard let child = node.children.first(where: { $0.name == word }) else {
        throw unknown(word, in: node)
      }
      node = child
    }
    guard let type = node.command else { return .print(node.help) }
    let command = type.init()
    do {
      var parser = Parser(Signature(of: command))
      guard try parser.parse(Array(words)) else { return .print(node.help) }
      try command.validate()
    } catch {
      var error = error
      error.command = node.path
      throw error
    }
    return .run(command)
  }

  /// The help of the command at a path such as `["simulate", "mineral"]`, or of the program; nil when there is none.
  public func help(_ path: [String] = []) -> String? {
    var node = root
    for name in path {
      guard let child = node.children.first(where: { $0.name == name }) else { return nil }
      node = child
    }
    return node.help
  }

  /// The words that name each command, those with subcommands included.
  public var paths: [[String]] { root.tree.map(\.words) }

  private func unknown(_ word: String, in node: Node) -> UsageError {
    let names = node.children.map(\.name)
    let what = word.hasPrefix("-") ? "there is no option \(word) here" : "there is no command '\(word)'"
    let candidates = word.hasPrefix("-") ? ["--help"] + (node.command == nil ? ["--version"] : []) : names
    return UsageError(
      what,
      advice: nearest(to: word, among: candidates).map { "Did you mean \($0)?" }
        ?? "The commands are \(names.joined(separator: ", ")).",
      command: node.path)
  }
}
