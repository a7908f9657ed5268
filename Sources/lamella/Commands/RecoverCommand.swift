import Arguments
import Workflows

struct RecoverCommand: Command {
  static let name = "recover"
  static let summary = "Roll a file whose writing was cut off back to its last commit"
  static let discussion = """
    When a program is killed or the power fails in the middle of a commit, a journal, FILE.journal, stays beside the file. \
    Every command that opens the file rolls it back first; this one does nothing else. Keep a file and its journal together, \
    and run this before another program (h5py, HyperSpy) opens a file that has one. Does nothing where there is no journal.
    """
  static let examples = [Example("After a power failure", "lamella recover session.hspy")]

  @Argument("The Lamella file.") var file: FilePath
  @Flag("The file was copied together with its journal.") var copied: Bool
  var output = ReportOptions()

  func run() throws {
    var job = RecoverFile(file.string)
    job.isCopied = copied
    let report = try job.run()
    try output.print(report) { text(of: report) }
  }

  private func text(of report: RecoverFile.Report) -> String {
    let lock = report.removedLock ? "; a lock was removed that a program left which no longer runs" : ""
    guard report.rolledBack else { return "\(report.file): nothing to recover\(lock)" }
    return """
      \(report.file): rolled back to its last commit: \(Quantity.bytes(Double(report.restoredBytes))) put back, \
      \(report.bytesBefore) bytes before, \(report.bytesAfter) after\(lock)
      """
  }
}
