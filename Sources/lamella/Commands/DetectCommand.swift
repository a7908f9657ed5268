import Arguments
import Store
import Workflows

struct DetectCommand: Command {
  static let name = "detect"
  static let summary = "Tell how well lines stand out of a spectrum, and the limits of detection of their elements"
  static let discussion = """
    The spectrum is fitted and quantified as by quantify, with the elements of the lines and of the reference among its \
    elements. The signal is a line's net counts, the noise the standard deviation of what lies below it; the limit of \
    detection is the concentration at which their ratio is 3, by the Cliff–Lorimer ratio to the reference line. Currie's \
    levels and the 3σ form stand beside it, each with its name.
    """
  static let examples = [
    Example(
      "Trace elements of a mineral, and what could have been seen of them",
      "lamella detect rock.hspy --spectrum matrix --lines \"Nd La,Sm La,U Ma\" --reference \"Mg Ka\"")
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("A result that is a spectrum; of several spectra one by its number: nmf:2.", placeholder: "S") var spectrum: String?
  @Option("The sum of a map; with --spectrum the map of that result.") var map: String?
  @Option("The sum of a series; with --spectrum the series of that result.") var series: String?
  @Option("The lines, each an element and a line.", placeholder: "LINES") var lines: CommaList<String>
  @Option("The line that concentrations are measured by.", placeholder: "LINE") var reference: String
  var options = QuantifyOptions()
  @Flag("Write nothing.") var dryRun: Bool
  @Option("The name of the result; made up when not given.", placeholder: "RESULT") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
    if spectrum == nil, map == nil, series == nil {
      throw UsageError("give --spectrum for a result, or --map or --series for a sum of pixels")
    }
    for text in lines.elements where QuantifyOptions.line(text) == nil {
      throw UsageError("--lines cannot have '\(text)': give elements and lines, such as \"Nd La,U Ma\"")
    }
    if QuantifyOptions.line(reference) == nil {
      throw UsageError("--reference cannot be '\(reference)': give an element and a line, such as \"Mg Ka\"")
    }
    try options.validate()
  }

  func run() throws {
    var parameters = options.parameters
    parameters.spectrum = spectrum
    parameters.map = map
    parameters.series = series
    var verb = DetectLines(
      .init(parameters, lines: lines.elements.map(QuantifyOptions.trimmed), reference: QuantifyOptions.trimmed(reference)))
    verb.name = name
    verb.note = note ?? ""
    verb.isDryRun = dryRun
    if let threads = options.threads { verb.threads = threads }
    let report = try work.watched { observer in
      try verb.run(on: .open(file.string, dryRun ? .reading : .writing), observer: observer)
    }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: DetectReport) -> String {
    var table = Table("Element", "Line", ">Net counts", ">±", ">Background", ">SNR", ">ppm", ">±", ">LOD ppm", "")
    for line in report.lines {
      table.add(
        line.symbol, line.line, Quantity.significant(line.netCounts, digits: 6),
        Quantity.significant(line.netCountsError, digits: 2), Quantity.significant(line.backgroundCounts, digits: 6),
        Quantity.significant(line.snr), Quantity.significant(line.atomicPpm, digits: 4),
        Quantity.significant(line.atomicPpmError, digits: 2), Quantity.significant(line.lodPpm),
        line.detected ? "detected" : "not detected")
    }
    return
      ([report.path ?? "\(report.spectrum), nothing was written"] + table.lines() + [
        "χ²/ν \(Quantity.significant(report.reducedChiSquare)), deviance/ν \(Quantity.significant(report.deviancePerDof))",
        report.convention,
      ]).joined(separator: "\n")
  }
}
