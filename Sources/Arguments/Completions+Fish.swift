extension Program {
  var fishCompletions: String {
    var lines = ["# fish completion for \(name)", "complete -c \(name) -f"]
    for node in root.tree {
      let condition = node.fishCondition
      for child in node.children {
        lines.append(
          "complete -c \(name) -n '\(condition)' -a \(child.name) -d '\(child.summary.fishQuoted)'")
      }
      if node.command == nil {
        lines.append("complete -c \(name) -n '\(condition)' -l version -d 'Show the version'")
      }
      guard let signature = node.signature else { continue }
      for option in signature.options {
        lines.append("complete -c \(name) -n '\(condition)' \(option.fishOption)")
      }
      for argument in signature.arguments {
        switch argument.completion {
        case .none: break
        case .files: lines.append("complete -c \(name) -n '\(condition)' -F")
        case .choices(let choices):
          lines.append("complete -c \(name) -n '\(condition)' -a '\(choices.joined(separator: " "))'")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Node {
  /// True where the words so far name this node and none of its children.
  fileprivate var fishCondition: String {
    var parts = words.map { "__fish_seen_subcommand_from \($0)" }
    if !children.isEmpty {
      parts.append("not __fish_seen_subcommand_from \(children.map(\.name).joined(separator: " "))")
    }
    return parts.joined(separator: "; and ")
  }
}

extension Declaration {
  fileprivate var fishOption: String {
    var text = "-l \(name)"
    if let short { text += " -s \(short)" }
    switch completion {
    case _ where kind == .flag: break
    case .none: text += " -x"
    case .files: text += " -r -F"
    case .choices(let choices): text += " -x -a '\(choices.joined(separator: " "))'"
    }
    return text + " -d '\(help.fishQuoted)'"
  }
}

extension String {
  fileprivate var fishQuoted: String {
    reduce(into: "") { $0 += $1 == "'" || $1 == "\\" ? "\\\($1)" : String($1) }
  }
}
