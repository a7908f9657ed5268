/// A place in the tree of commands: the program, a command, or a subcommand.
struct Node {
  /// As typed, from the program's name on.
  let path: String
  let summary: String
  let discussion: String
  /// Nil for the program itself.
  let command: (any Command.Type)?
  let children: [Node]

  var name: String { String(path.split(separator: " ").last ?? "") }

  /// The commands below this one that can be run, in order; itself when it can.
  var leaves: [Node] { children.isEmpty ? [self] : children.flatMap(\.leaves) }

  var signature: Signature? { children.isEmpty ? command.map { Signature(of: $0.init()) } : nil }

  /// As it appears after "usage:".
  var usage: String {
    ([path] + (signature?.usage ?? ["COMMAND", "[OPTIONS]"])).joined(separator: " ")
  }

  init(_ command: any Command.Type, below parent: String) {
    let path = "\(parent) \(command.name)"
    self.path = path
    self.command = command
    summary = command.summary
    discussion = command.discussion
    children = command.subcommands.map { Node($0, below: path) }
  }

  init(_ program: Program) {
    path = program.name
    command = nil
    summary = program.summary
    discussion = program.discussion
    children = program.commands.map { Node($0, below: program.name) }
  }
}

extension Program {
  var root: Node { Node(self) }
}
