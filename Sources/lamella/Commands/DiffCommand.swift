import Arguments
import Foundation
import Store
import Workflows

struct DiffCommand: Command {
  static let name = "diff"
  static let summary = "Compare what two files hold"
  static let discussion = """
    Compares maps, images, masks, results, series and models: values one by one, calibrations and metadata field by field. How values are chunked and compressed does not matter. When, where and from \
    what things were made is told apart and makes no difference unless --strict is given. Exits with 0 when the files hold \
    the same, with 1 when they do not.

    With --digests arrays whose digests are the same are not read: quick, when lamella verify found both files sound.
    """
  static let examples = [
    Example("Two files", "lamella diff session.hspy copy.hspy"),
    Example("One result", "lamella diff session.hspy copy.hspy --object grain/results/nmf"),
  ]

  @Argument("A Lamella file.") var a: FilePath
  @Argument("Another one.") var b: FilePath
  @Option("The object to compare, by its path in both files; all they hold unless given.", placeholder: "PATH")
  var object: String?
  @Flag("Count differences in how things were made.") var strict: Bool
  @Flag("Take arrays with the same digest to be the same, without reading them.") var digests: Bool
  @Option("Threads, as many as there are cores unless given.", placeholder: "N", .atLeast(1)) var threads: Int?
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var job = CompareFiles(a.string, b.string, object: object, isStrict: strict, threads: threads)
    job.trustsDigests = digests
    let result = try work.watched { try job.run($0) }
    try report.print(result) { Self.text(result) }
    if !result.equal { throw AnswerIsNo() }
  }

  private static func text(_ report: CompareFiles.Report) -> String {
    let place = report.object.map { "\($0) of " } ?? ""
    let verdict = report.differences.isEmpty ? "hold the same" : "differ"
    var lines = ["\(place)\(report.a) and \(report.b) \(verdict)"]
    lines += Self.lines(report.differences, report)
    if !report.provenance.isEmpty {
      lines += ["", "Their history differs:"] + Self.lines(report.provenance, report)
    }
    return lines.joined(separator: "\n")
  }

  /// Lines of one object are more than anybody reads beyond this number.
  private static let mostLines = 30

  /// The differences below the objects they belong to.
  private static func lines(_ differences: [Difference], _ report: CompareFiles.Report) -> [String] {
    var order: [String] = []
    for difference in differences where !order.contains(difference.object) { order.append(difference.object) }
    return order.flatMap { object -> [String] in
      let members = differences.filter { $0.object == object }
      let shown = members.count > mostLines ? mostLines - 1 : members.count
      let names = members.prefix(shown).map { name($0) }
      let width = min(40, names.map(\.count).max() ?? 0)
      let kind = members[0].kind
      let title = object == "/" ? kind : "\(kind) \(object.dropFirst())"
      let rest = members.count > shown ? ["  and \(members.count - shown) more; --json lists them all"] : []
      return ["", title]
        + zip(names, members).map { name, difference in
          "  \(name)\(String(repeating: " ", count: max(0, width - name.count)))  \(words(difference, report))"
        } + rest
    }
  }

  /// The path within the object.
  private static func name(_ difference: Difference) -> String {
    let start = difference.object == "/" ? 1 : difference.object.count + 1
    let name =
      difference.path.hasPrefix(difference.object + "@")
      ? difference.path.dropFirst(difference.object.count) : difference.path.dropFirst(start)
    return name.isEmpty ? difference.path : String(name)
  }

  private static func words(_ difference: Difference, _ report: CompareFiles.Report) -> String {
    let (a, b) = (difference.a.map(short), difference.b.map(short))
    switch difference.aspect {
    case .missing:
      return a.map { "\($0), only in \(report.a)" } ?? "\(b ?? ""), only in \(report.b)"
    case .unreadable: return "cannot be compared: \(b ?? a ?? "")"
    case .digest: return "the same values, but another digest: verify both files"
    case .kind, .type, .shape, .attribute, .values:
      let change = "\(a ?? "nothing") → \(b ?? "nothing")"
      guard let values = difference.values else { return change }
      let place = "(\(values.first.map(String.init).joined(separator: ", ")))"
      let largest = values.largest.map { ", largest difference \(Quantity.significant($0, digits: 6))" } ?? ""
      return "\(values.count) of \(values.total) values, first at \(place): \(change)\(largest)"
    }
  }

  /// A value as it fits on a line.
  private static func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 60 ? line.prefix(57) + "…" : line
  }
}
