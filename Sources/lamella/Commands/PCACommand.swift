import Arguments
import Decomposition
import Store
import Workflows

struct PCACommand: Command {
  static let name = "pca"
  static let summary =
    "Find the principal components of a map or a series, and how many stand out of the noise"
  static let discussion = """
    The scree (explained variance by component) and its elbow tell how many components the data hold. Counts are scaled \
    by the square roots of their row and column sums first, so that noise is about equal everywhere.
    """
  static let examples = [Example("Look at the scree before an NMF", "lamella pca session.hspy")]

  @Argument("The Lamella file.") var file: FilePath
  @Option("Components whose spectra and maps are kept; the scree has 20 or more.", short: "k", placeholder: "K", .atLeast(1))
  var components = 10
  @Option("How values are scaled before.") var scaling = PCA.Scaling.poisson
  var common = FactorizationOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) { try common.validate() }

  func run() throws {
    var verb = FindPrincipalComponents(
      recipe: PCA(components: components, scaling: scaling, seed: common.seed), target: common.target)
    (verb.threads, verb.memory) = common.resources.used
    verb.name = common.name
    verb.note = common.note ?? ""
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: FindPrincipalComponents.Report) -> String {
    var lines = [
      "\(report.path): \(report.components) components kept",
      (report.aboveNoise.map { "\($0) components stand out of Poisson noise; " } ?? "") + "elbow at \(report.elbow)",
      "\(Quantity.seconds(report.seconds)), peak memory \(Quantity.bytes(Double(report.peakMemoryBytes)))",
    ]
    for (number, ratio) in report.explainedVarianceRatio.prefix(10).enumerated() {
      lines.append("component \(number + 1): \(Quantity.significant(100 * ratio)) % of the variance")
    }
    return lines.joined(separator: "\n")
  }
}
