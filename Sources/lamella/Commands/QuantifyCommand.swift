import Arguments
import Foundation
import Store
import Workflows
import XRay

struct QuantifyCommand: Command {
  static let name = "quantify"
  static let summary = "Find the composition of a spectrum, or of every pixel of a map"
  static let discussion = """
    A fit of all lines (Poisson maximum likelihood; physical line ratios, bremsstrahlung, escape and sum peaks; calibration \
    and resolution refined from the data) or windows give the net counts of a line per element, factors turn them into a \
    composition, and the absorption of that composition in a film is iterated. Factors are computed from cross-sections \
    unless a file gives them.

    For a map or a series the sum of its pixels is quantified, and with the same line shapes or windows every pixel: the maps of \
    atomic percent and net counts are in the order of the table of the composition.
    """
  static let examples = [
    Example(
      "A spectrum that was summed over a mask",
      "lamella quantify rock.hspy --spectrum matrix --elements O,Mg,Al,Si,Ca,Fe,Nd,Sm,U --thickness 117 --density 4.5"),
    Example("Maps of atomic percent, with k-factors of a standard", "lamella quantify rock.hspy --map area-1 --kfactors k.json"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("A result that is a spectrum; of several spectra one by its number: nmf:2.", placeholder: "S") var spectrum: String?
  @Option("The map, pixel by pixel; with --spectrum the map of that result.") var map: String?
  @Option("The series, pixel by pixel; with --spectrum the series of that result.") var series: String?
  var options = QuantifyOptions()
  @Option("How counts are turned into amounts.") var method = SensitivityFactor.Method.cliffLorimer
  @Option("Factors from a file (JSON or CSV: element, line, k).", name: "kfactors", placeholder: "FILE") var kFactors: FilePath?
  @Option("The element that k-factors are relative to; silicon if it is there, else the first.", placeholder: "ELEMENT")
  var reference: String?
  @Option("Electrons per pixel, for ζ-factors and cross-sections.", placeholder: "N", .above(0)) var dose: Double?
  @Flag("Write nothing.") var dryRun: Bool
  @Option("The name of the result; made up when not given.", placeholder: "RESULT") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
    if spectrum == nil, map == nil, series == nil {
      throw UsageError("give --spectrum for a result, or --map or --series for every pixel")
    }
    try options.validate()
  }

  func run() throws {
    var parameters = options.parameters
    parameters.spectrum = spectrum
    parameters.map = map
    parameters.series = series
    parameters.method = method
    parameters.reference = reference
    parameters.dose = dose
    if let kFactors {
      guard let text = try? String(contentsOf: URL(filePath: kFactors.string), encoding: .utf8) else {
        throw WorkflowError("\(kFactors.string) cannot be read", advice: "Check the path of the file of factors.")
      }
      parameters.factors = try .read(text, named: kFactors.string, method: method)
    }
    var verb = Quantify(parameters)
    verb.name = name
    verb.note = note ?? ""
    verb.isDryRun = dryRun
    if let threads = options.threads { verb.threads = threads }
    let report = try work.watched { observer in
      try verb.run(on: .open(file.string, dryRun ? .reading : .writing), observer: observer)
    }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: QuantifyReport) -> String {
    var table = Table("Element", "Line", ">Net counts", ">±", ">at.%", ">±", ">wt.%")
    for element in report.elements {
      table.add(
        element.symbol, element.line, Quantity.significant(element.netCounts, digits: 6),
        Quantity.significant(element.netCountsError, digits: 2), Quantity.significant(element.atomicPercent, digits: 5),
        Quantity.significant(element.atomicPercentError, digits: 2), Quantity.significant(element.weightPercent, digits: 5))
    }
    var lines = [report.path ?? "\(report.spectrum), nothing was written"] + table.lines()
    lines.append(
      "χ²/ν \(Quantity.significant(report.reducedChiSquare)), deviance/ν \(Quantity.significant(report.deviancePerDof))"
        + (report.converged ? "" : "; the fit did not converge"))
    if report.deviancePerDof > 5 {
      lines.append(
        "The model leaves much more than noise: errors are too small, and elements may be missing. Name what else is there with "
          + "--elements or --also, or look at the residuals with lamella figure.")
    }
    lines.append(
      "\(Quantity.significant(report.energyResolution, digits: 4)) eV at Mn Kα; "
        + "channel 0 at \(Quantity.significant(1000 * report.energyOffset, digits: 4)) eV, "
        + "\(Quantity.significant(1000 * report.energyScale, digits: 6)) eV per channel")
    if let pixels = report.pixels { lines.append("\(pixels) pixels") }
    lines.append(report.convention)
    lines.append("\(Quantity.seconds(report.seconds)), peak memory \(Quantity.bytes(Double(report.peakMemoryBytes)))")
    return lines.joined(separator: "\n")
  }
}
