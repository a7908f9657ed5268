import Foundation
import Store

/// What an archive holds, as a text that people read without any program.
struct ArchiveManifest {
  private static func title(of name: String) -> String { "Manifest of \(name)" }

  /// Whether a file is the manifest of an archive of that name.
  static func isManifest(_ path: String, of name: String) throws -> Bool {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    let title = Data((title(of: name) + "\n").utf8)
    return try handle.read(upToCount: title.count) == title
  }

  /// The archive's name, without its folder.
  var name: String
  var source: String
  /// ISO 8601.
  var date: String
  var inventory: [InventoryEntry]
  var completeness: [Completeness]
  var content: CopyReport
  /// Bytes and SHA-256 of the whole file; nil within the file, which cannot hold its own.
  var file: (bytes: Int, sha256: String)?

  var text: String {
    var lines = [
      Self.title(of: name), "",
      "Archived \(date) from \(source) by \(Program.current.name) \(Program.current.version).",
      file.map { "\($0.bytes) bytes, SHA-256 \($0.sha256)" }
        ?? "Bytes and SHA-256 of the whole file are in the manifest beside it: a file cannot hold its own.",
      "\(content.compared) digests were compared with those of the source and read back from the archive.",
    ]
    lines += content.leftOut.map { "Left out: \($0.path), \($0.problem)" }
    lines += content.outside.map { "In another file: \($0.path) \($0.problem)" }
    for map in completeness { lines += [""] + Self.lines(map) }
    lines += ["", "Datasets"] + datasets
    let links = inventory.filter { $0.target != nil }
    if !links.isEmpty { lines += ["", "Links"] + links.map { "  \($0.path) → \($0.target ?? "")" } }
    lines += [
      "",
      "The SHA-256 of a dataset is that of its values in C order, little-endian; of strings, that of their UTF-8, each closed",
      "by a zero byte. It does not depend on chunks or compression.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ map: Completeness) -> [String] {
    let missing = map.missing
    let width = map.items.map(\.name.count).max() ?? 0
    return [
      "Map \(map.map): "
        + (missing.isEmpty ? "metadata complete" : "missing \(missing.map(\.name).joined(separator: ", "))")
    ]
      + map.items.map { item in
        let name = item.name.padding(toLength: width, withPad: " ", startingAt: 0)
        let problem = item.problem.map { " (\($0))" } ?? ""
        return "  \(name)  \(item.value ?? "missing")\(problem)"
      }
  }

  /// One line a dataset: the digest first, as `sha256sum` has it, the path last.
  private var datasets: [String] {
    let entries = inventory.filter { $0.target == nil }
    let rows = entries.map { entry in
      [
        entry.sha256 ?? String(repeating: "-", count: 64), entry.dtype,
        entry.shape.isEmpty ? "scalar" : entry.shape.map(String.init).joined(separator: "×"),
        entry.units.map { $0.isEmpty ? "-" : $0 }.joined(separator: ", "), entry.path,
      ]
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return zip(rows, entries).map { row, entry in
      let cells = (0..<4).map { row[$0].padding(toLength: widths[$0], withPad: " ", startingAt: 0) }
      let others = entry.otherPaths.map { " = \($0)" }.joined()
      return "  " + (cells + [row[4] + others]).joined(separator: "  ")
    }
  }
}
