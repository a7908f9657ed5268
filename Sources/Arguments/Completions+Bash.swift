extension Program {
  /// A function that walks the words typed so far to the command they name, then completes from its case.
  var bashCompletions: String {
    let function = "_" + name
    let nodes = root.tree
    let steps = nodes.filter { !$0.children.isEmpty }.flatMap { node in
      node.children.map {
        "      '\(node.words.joined(separator: " "))/\($0.name)') at='\($0.words.joined(separator: " "))' ;;"
      }
    }
    let cases = nodes.map { node -> String in
      let at = node.words.joined(separator: " ")
      if !node.children.isEmpty {
        let words = node.children.map(\.name) + ["--help"] + (node.command == nil ? ["--version"] : [])
        return "    '\(at)') words='\(words.joined(separator: " "))' ;;"
      }
      let signature = node.signature ?? Signature.none
      let files = signature.arguments.contains { $0.completion == .files }
      let choices = signature.arguments.flatMap(\.choices)
      let values = signature.options.filter { $0.kind == .option }.map { option in
        "        \(option.spellings.joined(separator: "|"))) \(option.bashValue) ;;"
      }
      return """
            '\(at)')
              case "$previous" in
        \((values + ["        *) words='\((choices + signature.options.map { "--\($0.name)" }).joined(separator: " "))'\(files ? "; files=yes" : "") ;;"]).joined(separator: "\n"))
              esac ;;
        """
    }
    return """
      # bash completion for \(name)
      \(function)() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" at='' words='' files='' word
        if [[ $current == '=' ]]; then current=''; elif [[ $previous == '=' ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
          case "$at/$word" in
      \(steps.joined(separator: "\n"))
          esac
        done
        case "$at" in
      \(cases.joined(separator: "\n"))
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        if [[ -n $files && $current != -* ]]; then
          compopt -o filenames 2>/dev/null
          COMPREPLY+=($(compgen -f -- "$current"))
        fi
      }
      complete -F \(function) \(name)

      """
  }
}

extension Signature {
  static var none: Signature { Signature() }

  private init() {}
}

extension Declaration {
  var spellings: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }

  var choices: [String] { if case .choices(let choices) = completion { choices } else { [] } }

  fileprivate var bashValue: String {
    switch completion {
    case .none: "return"
    case .files: "files=yes"
    case .choices(let choices): "words='\(choices.joined(separator: " "))'"
    }
  }
}
