import Arguments
import Store
import Workflows

struct AdoptCommand: Command {
  static let name = "adopt"
  static let summary = "Re-attach what a save from HyperSpy dropped"
  static let discussion = """
    HyperSpy keeps what it knows of a file and drops the rest: results, masks, images, history, series. This command \
    brings them over from the original, for each map whose values are still the same. What was changed in \
    HyperSpy (calibration, metadata, its own decompositions) stays as it was saved.
    """
  static let examples = [
    Example("After hs.load(\"session.hspy\") … .save(\"changed.hspy\")", "lamella adopt session.hspy changed.hspy")
  ]

  @Argument("The Lamella file with the results.") var original: FilePath
  @Argument("The file that HyperSpy saved; it becomes a Lamella file.") var resaved: FilePath
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    let job = AdoptFile(original: original.string, resaved: resaved.string)
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      [
        ("re-attached", result.attached), ("new", result.new),
        ("not found again, changed or not saved", result.lost), ("copied", result.copied),
        ("left out, as a map of theirs is not there", result.leftOut),
      ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "\n")
    }
  }
}
