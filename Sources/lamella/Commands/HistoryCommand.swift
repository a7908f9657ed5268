import Arguments
import Foundation
import Microscopy
import Store
import Workflows

struct HistoryCommand: Command {
  static let name = "history"
  static let summary = "Tell what made an object, from what, and what made that"
  static let discussion = """
    With --dot the history is written as a graph for Graphviz, with --json as both a tree and a graph: every object and \
    every file that was imported is a node, wherever it lies, and every use of one an edge. What has changed or is missing \
    is marked. A raw dump that is not where it was is looked for beside the file that names it, and known by its digest.
    """
  static let examples = [
    Example("Everything in a file", "lamella history session.hspy"),
    Example("One result", "lamella history session.hspy grain/results/nmf"),
    Example("A picture of it", "lamella history session.hspy grain/results/nmf --dot | dot -Tsvg -o history.svg"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("A map, an image, a mask, a result, a series or a model; everything unless given.") var path: String?
  @Flag("Write a graph in the language of Graphviz.") var dot: Bool
  var work = WorkOptions()
  var report = ReportOptions()

  func validate() throws(UsageError) {
    if dot, report.json { throw UsageError("give --dot or --json, not both") }
  }

  func run() throws {
    let job = TraceHistory(file.string, path: path)
    let graph = dot || report.json ? try work.watched { try job.graph($0) } : nil
    if dot, let graph { return Terminal.print(graph.dot) }
    var history = try job.run()
    history.nodes = graph?.nodes
    history.edges = graph?.edges
    try report.print(history) {
      history.objects.map { Self.lines($0, first: "", rest: "").joined(separator: "\n") }.joined(
        separator: "\n\n")
    }
  }

  /// An entry as a tree: its own lines, then its inputs below, joined by branches.
  static func lines(_ entry: TraceHistory.Entry, first: String, rest: String) -> [String] {
    var lines = [
      first + (entry.file.map { file in entry.path == "/" ? file : "\(file)\(entry.path)" } ?? entry.path)
    ]
    let margin = rest + (entry.inputs.isEmpty ? "   " : "│  ")
    if let operation = entry.operation {
      let seconds = entry.duration.flatMap { $0 > 0 ? " in \(Quantity.seconds($0))" : nil } ?? ""
      lines.append("\(margin)made by \(operation) on \(moment(entry.date))\(seconds), \(entry.program ?? "")")
    }
    if case .dictionary(let parameters)? = entry.parameters, !words(parameters).isEmpty {
      lines.append("\(margin)with \(words(parameters))")
    }
    if let machine = entry.machine { lines.append("\(margin)on \(machine)") }
    if let sha256 = entry.sha256 { lines.append("\(margin)sha256 \(sha256)") }
    if entry.changed == true { lines.append("\(margin)has changed since it was read") }
    if let note = entry.note { lines.append("\(margin)note: \(note)") }
    for (index, input) in entry.inputs.enumerated() {
      let isLast = index == entry.inputs.count - 1
      lines += Self.lines(
        input, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "))
    }
    return lines
  }

  /// The day and the second of an ISO 8601 date.
  private static func moment(_ date: String?) -> String {
    String((date ?? "an unknown day").prefix(19)).split(separator: "T").joined(separator: " ")
  }

  /// A parameter as it fits on a line.
  private static func word(_ value: MetadataTree) -> String {
    switch value {
    case .null: "none"
    case .boolean(let value): value ? "yes" : "no"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .real(let value): Quantity.significant(value, digits: 6)
    case .text(let value): value
    case .list(let values) where values.count > 12: "[\(values.count) values]"
    case .list(let values): "[\(values.map(word).joined(separator: ", "))]"
    case .dictionary(let values): "(\(words(values)))"
    }
  }

  /// Named parameters in alphabetical order, without those that are empty.
  private static func words(_ values: [String: MetadataTree]) -> String {
    values.map { (name: $0.key, word: word($0.value)) }.filter { !["none", "", "[]", "()"].contains($0.word) }
      .sorted { $0.name < $1.name }.map { "\($0.name) \($0.word)" }.joined(separator: ", ")
  }
}
