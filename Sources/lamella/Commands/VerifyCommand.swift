import Arguments
import HDF5
import Workflows

struct VerifyCommand: Command {
  static let name = "verify"
  static let summary = "Check that the values of a file are what was written"
  static let discussion = """
    Reads every dataset that has a digest and compares. Names each dataset whose values changed or cannot be read and, \
    where the file holds the checksums, the chunks in which they did: the coordinates of the first element and the byte of \
    the file. The scale, offset and units of an axis are held against its values and label. Exits with 0 when all match, with 1 when one does not or the file is damaged as a whole.
    """
  static let examples = [Example("A file", "lamella verify session.hspy")]

  @Argument("The Lamella file.") var file: FilePath
  @Option("Threads, as many as there are cores unless given.", placeholder: "N", .atLeast(1)) var threads: Int?
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    // What libhdf5 crashes on is not as it was written.
    File.endAtCrashes(withCode: ExitCode.no.rawValue)
    let job = VerifyFile(file.string, threads: threads)
    let result = try work.watched { try job.run($0) }
    try report.print(result, whenSound: "every digest matches", "not as it was written")
  }
}
