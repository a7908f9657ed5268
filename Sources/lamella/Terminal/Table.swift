/// Rows in columns that are as wide as their widest cell.
struct Table {
  enum Alignment { case left, right }

  var header: [String]
  var alignments: [Alignment]
  var rows: [[String]] = []

  /// - Parameter columns: titles; one that begins with ">" heads a column set to the right.
  init(_ columns: String...) {
    header = columns.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
    alignments = columns.map { $0.hasPrefix(">") ? .right : .left }
  }

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The lines, without trailing blanks; none at all where there are no rows.
  func lines(indent: Int = 0) -> [String] {
    guard !rows.isEmpty else { return [] }
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .right ? padding + row[column] : row[column] + padding
      }
      let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
