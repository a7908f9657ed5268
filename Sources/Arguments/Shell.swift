/// A shell that can complete command lines.
public enum Shell: String, CaseIterable, ArgumentValue, Sendable {
  case bash, zsh, fish
}

extension Program {
  /// A script that teaches a shell to complete the program's commands, options and values.
  public func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }
}

extension Node {
  /// All nodes of the tree, parents before children.
  var tree: [Node] { [self] + children.flatMap(\.tree) }

  /// The node's path without the program's name.
  var words: [String] { path.split(separator: " ").dropFirst().map(String.init) }
}
