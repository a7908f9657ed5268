import Arguments

struct CompletionsCommand: Command {
  static let name = "completions"
  static let summary = "Print a script that completes lamella's commands in a shell"
  static let examples = [
    Example(
      "For bash, in this session", "source <(lamella completions bash)"),
    Example("For fish, from now on", "lamella completions fish > ~/.config/fish/completions/lamella.fish"),
  ]

  @Argument("The shell.") var shell: Shell

  func run() { Terminal.write(lamella.completions(for: shell)) }
}
