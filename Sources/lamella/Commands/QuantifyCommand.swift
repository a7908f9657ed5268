import Arguments
import Foundation
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
    atomic percent and net counts, and of their errors, are in the order of the table of the composition.
    """
  static let examples = [
    Example(
      "A spectrum that was summed over a mask",
      "lamella quantify rock.hspy --spectrum matrix --elements O,Mg,Al,Si,Ca,Fe,Nd,Sm,U --thickness 117 --density 4.5"),
    Example("Maps of atomic percent, with k-factors of a standard", "lamella quantify rock.hspy --map area-1 --kfactors k.json"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  var options = QuantifyOptions()
  @Option("How counts are turned into amounts.") var method = SensitivityFactor.Method.cliffLorimer
  @Option("Factors from a file (JSON or CSV: element, line, k or zeta or cross_section).", name: "kfactors", placeholder: "FILE")
  var kFactors: FilePath?
  @Option("The element that k-factors are relative to; silicon if it is there, else the first.", placeholder: "ELEMENT")
  var reference: String?
  @Option("Electrons per pixel, for ζ-factors and cross-sections.", placeholder: "N", .above(0)) var dose: Double?
  var result = ResultOptions()

  func validate() throws(UsageError) { try options.validate() }

  func run() throws {
    var parameters = options.parameters
    parameters.method = method
    parameters.reference = reference
    parameters.dose = dose
    if let kFactors {
      guard let text = try? String(contentsOf: URL(filePath: kFactors.string), encoding: .utf8) else {
        throw WorkflowError("\(kFactors.string) cannot be read", advice: "Check the path of the file of factors.")
      }
      parameters.factors = try .read(text, named: kFactors.string, method: method)
    }
    try result.carryOut(Quantify(parameters), on: file, { try $0.run(on: $1, observer: $2) }, as: text)
  }

  private func text(_ report: QuantifyReport) -> String {
    func number(_ value: Double?, _ digits: Int = 3) -> String { Quantity.significant(value, digits: digits) }
    var table = Table("Element", "Line", ">Net counts", ">±", ">at.%", ">±", ">C/√N", ">wt.%")
    for element in report.elements {
      table.add(
        element.symbol, element.line, number(element.netCounts, 6), number(element.netCountsError, 2),
        number(element.atomicPercent, 5), number(element.atomicPercentError, 2), number(element.atomicPercentErrorPaper, 2),
        number(element.weightPercent, 5))
    }
    var lines = [report.path ?? "\(report.spectrum), nothing was written"] + report.warnings.map { "Warning: \($0)" }
    lines += table.lines()
    if let deviance = report.deviancePerDof {
      lines.append("χ²/ν \(number(report.reducedChiSquare)), deviance/ν \(number(deviance))")
    }
    if !report.converged { lines.append("The fit did not converge.") }
    lines.append(
      "\(number(report.energyResolution, 4)) eV at Mn Kα; channel 0 at \(number(1000 * report.energyOffset, 4)) eV, "
        + "\(number(1000 * report.energyScale, 6)) eV per channel")
    let film = [
      report.dose.map { "dose \(number($0, 4)) electrons per pixel" },
      report.massThickness.map { "mass thickness \(number($0, 4)) µg/cm²" },
      report.thickness.map { "\(number($0, 4)) nm at \(number(report.density, 4)) g/cm³" },
    ].compactMap { $0 }
    if !film.isEmpty { lines.append(film.joined(separator: ", ")) }
    if let pixels = report.pixels { lines.append("\(pixels) pixels") }
    lines.append(report.convention)
    lines.append("\(Quantity.seconds(report.seconds)), peak memory \(Quantity.bytes(Double(report.peakMemoryBytes)))")
    return lines.joined(separator: "\n")
  }
}
