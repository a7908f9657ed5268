import Arguments
import Store
import Workflows

/// What is kept of an analysis, and what it may use.
struct ResultOptions: ArgumentGroup {
  @Flag("Write nothing.") var dryRun: Bool
  @Option("The name of the result; made up when not given.", placeholder: "RESULT") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var resources = ResourceOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  /// Gives an analysis what is asked for besides its parameters, runs it on a file, and prints what it reports.
  func carryOut<Analysis: SpectrumAnalysis, Report: Encodable>(
    _ analysis: Analysis, on file: FilePath, _ run: (Analysis, Store, Observer) throws -> Report, as text: (Report) -> String
  ) throws {
    var analysis = analysis
    (analysis.name, analysis.note, analysis.isDryRun) = (name, note ?? "", dryRun)
    (analysis.threads, analysis.memory) = resources.used
    let report = try work.watched { try run(analysis, .open(file.string, dryRun ? .reading : .writing), $0) }
    try output.print(report) { text(report) }
  }
}
