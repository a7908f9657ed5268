import Arguments
import Workflows
import XRay

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
  @Option("The lines, each an element and a line.", placeholder: "LINES") var lines: CommaList<String>
  @Option("The line that concentrations are measured by.", placeholder: "LINE") var reference: String
  var options = QuantifyOptions()
  var result = ResultOptions()

  func validate() throws(UsageError) {
    for text in lines.elements where LineName.ofElement(text) == nil {
      throw UsageError("--lines cannot have '\(text)': give elements and lines, such as \"Nd La,U Ma\"")
    }
    if LineName.ofElement(reference) == nil {
      throw UsageError("--reference cannot be '\(reference)': give an element and a line, such as \"Mg Ka\"")
    }
    try options.validate()
  }

  func run() throws {
    let analysis = DetectLines(
      .init(
        options.parameters, lines: lines.elements.map(QuantifyOptions.trimmed),
        reference: QuantifyOptions.trimmed(reference)))
    try result.carryOut(analysis, on: file, { try $0.run(on: $1, observer: $2) }, as: text)
  }

  private func text(_ report: DetectReport) -> String {
    func number(_ value: Double?, _ digits: Int = 3) -> String { Quantity.significant(value, digits: digits) }
    var table = Table("Element", "Line", ">Net counts", ">±", ">Background", ">SNR", ">ppm", ">±", ">LOD ppm", "")
    for line in report.lines {
      table.add(
        line.symbol, line.line, number(line.netCounts, 6), number(line.netCountsError, 2), number(line.backgroundCounts, 6),
        number(line.snr), number(line.atomicPpm, 4), number(line.atomicPpmError, 2), number(line.lodPpm),
        line.detected ? "detected" : "not detected")
    }
    var lines = [report.path ?? "\(report.spectrum), nothing was written"] + report.warnings.map { "Warning: \($0)" }
    lines += table.lines()
    if let line = report.lines.first {
      lines.append("LOD: \(line.lodConvention). Detected: \(line.detectedConvention).")
    }
    if let deviance = report.deviancePerDof {
      lines.append("χ²/ν \(number(report.reducedChiSquare)), deviance/ν \(number(deviance))")
    }
    return (lines + [report.convention]).joined(separator: "\n")
  }
}
