import Arguments
import Store
import Workflows

struct ValidateCommand: Command {
  static let name = "validate"
  static let summary = "Check that a file keeps to the layout, and name every departure"
  static let discussion = """
    Exits with 0 when the file keeps to the layout, with 1 when it does not. What other programs added is not minded.
    """
  static let examples = [Example("A file", "lamella validate session.hspy")]

  @Argument("The Lamella file.") var file: FilePath
  var report = ReportOptions()

  func run() throws {
    try report.print(ValidateFile(file.string).run(), whenSound: "keeps to the layout", "departures from the layout")
  }
}

extension ReportOptions {
  /// Prints whether a file is sound, and what is wrong with it; no is an answer of its own.
  func print(_ soundness: Soundness, whenSound: String, _ faults: String) throws {
    try print(soundness) {
      if soundness.ok { return "\(soundness.file): \(whenSound)" }
      return (["\(soundness.file): \(faults):"] + soundness.problems.flatMap(Self.lines)).joined(separator: "\n")
    }
    if !soundness.ok { throw AnswerIsNo() }
  }

  /// A problem, and the first of the chunks that it is about.
  private static func lines(_ problem: Problem) -> [String] {
    let chunks = problem.chunks ?? []
    let shown = chunks.count > 6 ? 5 : chunks.count
    let rest = chunks.count > shown ? ["    and \(chunks.count - shown) more; --json names them all"] : []
    return ["  \(problem.path): \(problem.problem)"] + chunks.prefix(shown).map { "    \($0)" } + rest
  }
}
