extension Node {
  /// The help text, 80 columns wide, ending without a newline.
  var help: String {
    let heading = TextLayout.wrap("\(path): \(summary)", width: TextLayout.width).joined(separator: "\n")
    var sections = [heading, "USAGE\n\(usageLines)"]
    if !discussion.isEmpty { sections.append(TextLayout.paragraphs(discussion)) }
    if let signature {
      let groups = signature.groups
      let column = TextLayout.column(for: groups.flatMap { $0.entries.map(\.term) })
      sections += groups.map {
        "\($0.title.uppercased())\n\(TextLayout.definitions($0.entries, column: column))"
      }
    } else {
      let entries = children.map { (term: $0.name, text: $0.summary + ".") }
      let column = TextLayout.column(for: entries.map(\.term))
      sections.append("COMMANDS\n\(TextLayout.definitions(entries, column: column))")
      sections.append("'\(path) COMMAND --help' describes a command.")
    }
    if let examples = command?.examples, !examples.isEmpty {
      let lines = examples.map { "  \($0.summary):\n    \($0.line)" }
      sections.append("EXAMPLES\n\(lines.joined(separator: "\n\n"))")
    }
    return sections.joined(separator: "\n\n")
  }

  private var usageLines: String {
    TextLayout.wrap(usage, width: TextLayout.width - 6).enumerated()
      .map { ($0.offset == 0 ? "  " : "      ") + $0.element }.joined(separator: "\n")
  }
}

extension Signature {
  struct Group {
    let title: String
    let entries: [(term: String, text: String)]
  }

  /// Arguments, the command's own options, then each further section, as terms and texts.
  var groups: [Group] {
    var groups: [Group] = []
    if !arguments.isEmpty {
      groups.append(Group(title: "Arguments", entries: arguments.map { ($0.usage, $0.fullHelp) }))
    }
    var titles: [String] = []
    for option in options where !titles.contains(option.section ?? "Options") {
      titles.append(option.section ?? "Options")
    }
    // The command's own section first, whichever option was declared first.
    titles = ["Options"] + titles.filter { $0 != "Options" }
    for title in titles {
      let members = options.filter { ($0.section ?? "Options") == title }
      groups.append(
        Group(
          title: title, entries: members.map { ($0.term, $0.fullHelp + ($0.isRequired ? " (required)" : "")) }
        ))
    }
    return groups
  }
}

extension Declaration {
  /// As an option is listed: `-o, --output FILE`, long names in one column.
  var term: String {
    (short.map { "-\($0), " } ?? "    ") + "--\(name)" + (kind == .flag ? "" : " \(placeholder)")
  }
}
