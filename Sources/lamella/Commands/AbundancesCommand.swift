import Arguments
import Decomposition
import Store
import Workflows

struct AbundancesCommand: Command {
  static let name = "abundances"
  static let summary = "Find how much of known spectra each pixel holds"
  static let discussion = """
    Fully constrained least squares, solved exactly in every pixel: abundances are not negative and sum to 1. Each spectrum counts \
    with the sum 1, so that abundances are parts of a pixel's counts; channels are weighted by the inverse of the mean spectrum. \
    poisson-fcls finds the most likely abundances for Poisson counts instead. With --free-thickness the sum is free, and \
    kept as the thickness.

    The result holds the images of abundances, the thickness (in counts) and the reduced χ² of every pixel.
    """
  static let examples = [
    Example(
      "Three phases", "lamella abundances session.hspy --spectra bridgmanite,ferropericlase,perovskite --name phases"),
    Example("Components of a factorisation", "lamella abundances session.hspy --spectra nmf:1,nmf:2 --method poisson-fcls"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The spectra: results that hold one, or RESULT:I for the component I of a result.", placeholder: "A,B,C")
  var spectra: CommaList<String>
  @Option("What is optimised.") var method = Unmixing.Method.fcls
  @Flag("Leave the sum of the abundances free, and keep it as the thickness.") var freeThickness: Bool
  @Option("The map; that of the first spectrum when not given.") var map: String?
  @Option("A series: all of its maps are unmixed.") var series: String?
  @Option("A mask of the map: only pixels inside it are unmixed.", placeholder: "M") var mask: String?
  @Option("A window of channels in units of the axis, such as 0.2:10.", placeholder: "FROM:TO") var window: [Window]
  @Option("The name of the result; made up when not given.", placeholder: "R") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var resources = ResourceOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
  }

  func run() throws {
    var target = FactorizationTarget(map: map, series: series)
    (target.mask, target.windows) = (mask, window.map(\.range))
    var verb = FindAbundances(
      spectra: spectra.elements, unmixing: Unmixing(method: method, hasFreeThickness: freeThickness), target: target)
    (verb.name, verb.note) = (name, note ?? "")
    (verb.threads, verb.memory) = resources.used
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: FindAbundances.Report) -> String {
    var lines = [
      "\(report.path): \(report.components.count) spectra, \(report.method), "
        + "reduced χ² \(Quantity.significant(report.reducedChiSquare)) on average"
    ]
    for component in report.components {
      var line =
        "\(component.spectrum): \(Quantity.significant(100 * component.meanAbundance)) % on average, "
        + "\(Quantity.significant(100 * component.share)) % of the counts"
      if component.negativePart > 0.001 {
        line += "; \(Quantity.significant(100 * component.negativePart)) % of the spectrum is negative"
      }
      lines.append(line)
    }
    if report.unconverged > 0 { lines.append("\(report.unconverged) pixels did not converge") }
    lines.append("\(Quantity.seconds(report.seconds)), peak memory \(Quantity.bytes(Double(report.peakMemoryBytes)))")
    return lines.joined(separator: "\n")
  }
}
