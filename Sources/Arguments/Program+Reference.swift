extension Program {
  /// The manual of all commands as one Markdown document, made from their declarations.
  public var reference: String {
    var sections = [
      "# \(name) \(version)", "\(summary).",
      "```\n\(root.usage)\n```",
    ]
    if !discussion.isEmpty { sections.append(discussion.markdownParagraphs) }
    let leaves = root.leaves
    sections.append(
      "| command | what it does |\n|---|---|\n"
        + leaves.map { "| [`\($0.path)`](#\($0.anchor)) | \($0.summary.markdownCell) |" }.joined(
          separator: "\n"))
    sections += leaves.map(\.reference)
    return sections.joined(separator: "\n\n") + "\n"
  }
}

extension Node {
  /// What GitHub and GitLab make of the heading.
  fileprivate var anchor: String { path.lowercased().split(separator: " ").joined(separator: "-") }

  fileprivate var reference: String {
    var sections = ["## \(path)", "\(summary).", "```\n\(usage)\n```"]
    if !discussion.isEmpty { sections.append(discussion.markdownParagraphs) }
    for group in signature?.groups ?? [] {
      sections.append(
        "**\(group.title)**\n\n"
          + group.entries.map { entry in
            "- `\(entry.term.drop { $0 == " " })`: \(entry.text)"
          }.joined(separator: "\n"))
    }
    if let examples = command?.examples, !examples.isEmpty {
      sections.append(
        "**Examples**\n\n"
          + examples.map { "\($0.summary):\n\n```\n\($0.line)\n```" }.joined(separator: "\n\n"))
    }
    return sections.joined(separator: "\n\n")
  }
}

extension String {
  /// Paragraphs that begin with a blank, which help shows as they are, become code blocks.
  fileprivate var markdownParagraphs: String {
    split(separator: "\n\n").map { $0.hasPrefix(" ") ? "```\n\($0)\n```" : String($0) }.joined(
      separator: "\n\n")
  }

  fileprivate var markdownCell: String { split(separator: "|").joined(separator: "\\|") }
}
