/// Text set in a fixed number of columns.
enum TextLayout {
  static let width = 80

  /// Breaks a paragraph between words into lines of at most `width` columns; a longer word stays whole.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Paragraphs separated by empty lines, wrapped; a paragraph that begins with a blank is kept as it is.
  static func paragraphs(_ text: String) -> String {
    var result: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { result.append([]) } else { result[result.count - 1].append(line) }
    }
    return result.filter { !$0.isEmpty }.map { lines in
      if lines[0].hasPrefix(" ") { return lines.joined(separator: "\n") }
      return wrap(lines.joined(separator: " "), width: width).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// Terms with their descriptions beside them, or below where a term is too long for its column.
  static func definitions(_ entries: [(term: String, text: String)], column: Int) -> String {
    entries.flatMap { entry -> [String] in
      let margin = String(repeating: " ", count: column)
      var lines = wrap(entry.text, width: width - column).map { margin + $0 }
      let term = "  " + entry.term
      if term.count + 2 > column || lines.isEmpty {
        lines.insert(term, at: 0)
      } else {
        lines[0] = term + lines[0].dropFirst(term.count)
      }
      return lines
    }.joined(separator: "\n")
  }

  /// The column in which descriptions start: past the longest term, within reason.
  static func column(for terms: [String]) -> Int {
    min(28, (terms.map(\.count).max() ?? 0) + 4)
  }
}
