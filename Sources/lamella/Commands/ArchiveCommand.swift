import Arguments
import Store
import Workflows

struct ArchiveCommand: Command {
  static let name = "archive"
  static let summary = "Write a file anew for keeping, checked, with a manifest and an RO-Crate"
  static let discussion = """
    Every value with a digest is read and compared; one that has changed stops the archive. Free space and what was never \
    finished stay behind. The archive is read back before it gets its name. A manifest lists all datasets with their digests, \
    inside the archive and in OUT.manifest.txt; ro-crate-metadata.json in the folder of the archive describes it to \
    repositories, together with other archives that lie there.

    What a curator would miss in the metadata (who, when, with what, calibrations) is listed; it stops nothing.
    """
  static let examples = [
    Example(
      "For a repository",
      "lamella archive session.hspy -o deposit/session.hspy \\\n"
        + "        --license https://creativecommons.org/licenses/by/4.0/"),
    Example("What is missing in the metadata", "lamella archive session.hspy --check"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The archive to write.", short: "o", placeholder: "OUT") var output: FilePath?
  @Flag("Write nothing: list what a curator would miss, and exit with 1 when there is something.") var check: Bool
  @Option("The license for the RO-Crate, best its address.", placeholder: "TEXT") var license: String?
  var layout = LayoutArguments()
  var work = WorkOptions()
  var report = ReportOptions()

  func validate() throws(UsageError) {
    if output == nil, !check { throw UsageError("give the archive to write with -o OUT, or --check") }
    if output != nil, check { throw UsageError("--check writes nothing: give it without -o") }
  }

  func run() throws {
    guard let output else {
      let result = try CheckCompleteness(file.string).run()
      try report.print(result) { Self.lines(result.metadata).joined(separator: "\n") }
      if !result.complete { throw AnswerIsNo() }
      return
    }
    var job = ArchiveFile(file.string, output: output.string)
    job.layout = layout.options(unlessGiven: .chosen)
    job.layout.isForKeeping = true
    job.license = license
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      let sizes = [result.bytesBefore, result.bytes].map { Quantity.bytes(Double($0)) }
      return
        (["\(result.file) (\(sizes[0])) → \(result.archive) (\(sizes[1]))", "sha256 \(result.sha256)"]
        + result.content.lines + ["manifest \(result.manifest)", "RO-Crate \(result.crate)"] + Self.lines(result.metadata))
        .joined(separator: "\n")
    }
  }

  private static func lines(_ maps: [Completeness]) -> [String] {
    maps.flatMap { map in
      let missing = map.missing
      if missing.isEmpty { return ["\(map.map): the metadata are complete"] }
      return ["\(map.map): a curator would miss"]
        + missing.map { "  \($0.name)" + ($0.problem.map { ": \($0)" } ?? "") }
    }
  }
}
