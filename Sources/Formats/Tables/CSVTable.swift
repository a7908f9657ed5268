/// Writes a table of named columns as comma-separated values (RFC 4180).
public enum CSVTable {
  /// - Parameter columns: Each with its heading and as many cells as the others.
  public static func write(_ columns: [(heading: String, cells: [String])], to path: String) throws(FormatError) {
    let file = try AtomicFile(path, format: CSVWriter.name)
    try file.write(line(columns.map(\.heading)))
    for row in 0..<(columns.map(\.cells.count).min() ?? 0) { try file.write(line(columns.map { $0.cells[row] })) }
    try file.commit()
  }

  private static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\r\n" }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
