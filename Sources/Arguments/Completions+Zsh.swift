extension Program {
  /// One function per command, each handing over to `_arguments`.
  var zshCompletions: String {
    let functions = root.tree.map { node -> String in
      node.children.isEmpty ? node.zshLeaf : node.zshBranch
    }
    return "#compdef \(name)\n\n" + functions.joined(separator: "\n\n") + "\n\n\(root.zshName) \"$@\"\n"
  }
}

extension Node {
  fileprivate var zshName: String { "_" + path.split { $0 == " " || $0 == "-" }.joined(separator: "_") }

  fileprivate var zshBranch: String {
    let described = children.map { "    '\($0.name):\($0.summary.zshQuoted)'" }.joined(separator: "\n")
    let calls = children.map { "        \($0.name)) \($0.zshName) ;;" }.joined(separator: "\n")
    let version = command == nil ? " '--version[Show the version.]'" : ""
    return """
      \(zshName)() {
        local -a commands=(
      \(described)
        )
        local curcontext="$curcontext" state line
        _arguments -C '(-h --help)'{-h,--help}'[Show this help.]'\(version) '1: :->command' '*:: :->rest'
        case $state in
          command) _describe command commands ;;
          rest)
            case $line[1] in
      \(calls)
            esac ;;
        esac
      }
      """
  }

  fileprivate var zshLeaf: String {
    let signature = signature ?? .none
    let specifications = signature.options.map(\.zshOption) + signature.arguments.map(\.zshArgument)
    return """
      \(zshName)() {
        _arguments -s \\
      \(specifications.map { "    \($0)" }.joined(separator: " \\\n"))
      }
      """
  }
}

extension Declaration {
  fileprivate var zshOption: String {
    let value = kind == .flag ? "" : ":\(placeholder):\(zshValue)"
    let text = "[\(help.zshQuoted)]\(value)"
    let long = "--\(name)" + (kind == .flag ? "" : "=")
    guard let short else { return "\(repeats ? "'*'" : "")'\(long)\(text)'" }
    let exclusion = repeats ? "'*'" : "'(-\(short) --\(name))'"
    return "\(exclusion){-\(short),\(long)}'\(text)'"
  }

  fileprivate var zshArgument: String {
    "'\(repeats ? "*" : ""):\(isRequired ? "" : ":")\(placeholder):\(zshValue)'"
  }

  private var zshValue: String {
    switch completion {
    case .none: " "
    case .files: "_files"
    case .choices(let choices): "(\(choices.joined(separator: " ")))"
    }
  }
}

extension String {
  /// Safe within single quotes and within a specification of `_arguments`.
  fileprivate var zshQuoted: String {
    reduce(into: "") { result, character in
      switch character {
      case "'": result += "'\\''"
      case "[", "]", ":": result += "\\\(character)"
      default: result.append(character)
      }
    }
  }
}
