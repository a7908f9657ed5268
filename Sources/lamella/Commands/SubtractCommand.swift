import Arguments
import Store
import Workflows
import XRay

struct SubtractCommand: Command {
  static let name = "subtract"
  static let summary = "Subtract the spectrum of a matrix from that of a mixture"
  static let discussion = """
    A precipitate never lies alone in the beam. Where it lacks an element of the matrix, the net counts of a line of that element \
    tell how much matrix is in the mixture: that much of the matrix' spectrum is subtracted. The error of the scale is kept \
    as one that all channels share.

    What comes to lie below zero by more than three standard deviations is reported, and kept with the result: too much was \
    subtracted there, since the element is not as absent as thought, or the matrix is not the same everywhere.
    """
  static let examples = [
    Example(
      "Ferropericlase, which has no silicon",
      "lamella subtract session.hspy --spectrum fp-mixture --matrix bridgmanite --element Si --name ferropericlase")
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The mixture: a result that holds a spectrum, or RESULT:I for its component I.", placeholder: "MIX")
  var spectrum: String
  @Option("The matrix, named likewise.", placeholder: "S") var matrix: String
  @Option("An element of the matrix that the phase sought lacks.", placeholder: "SYMBOL") var element: String
  @Option("The line to scale by; Ka where it lies below 10 keV, else La or Ma.", placeholder: "LINE") var lines: String?
  @Option("How net counts are found: by a fit where elements are known, else by windows.", name: "fit", placeholder: "HOW")
  var counting: SubtractSpectrum.Counting?
  @Option("The elements of the sample, where its metadata do not name them.", placeholder: "SYMBOLS")
  var elements: CommaList<String>?
  @Option("The beam energy in keV, where the metadata do not tell it.", placeholder: "KEV", .from(1, to: 1000)) var beam: Double?
  @Option("What stands before the detector.") var detector = DetectorEntrance.windowless
  @Option("Energies in keV that are fitted.", placeholder: "FROM:TO") var range: Window?
  @Option(
    "Terms of the bremsstrahlung: Lifshin's 2, or 3 to 12 that bend his form; as many as the counts of the matrix ask for unless given.",
    placeholder: "N", .from(2, to: 12))
  var background: Int?
  @Option("The name of the result; made up when not given.", placeholder: "P") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var work = WorkOptions()
  var output = ReportOptions()

  func run() throws {
    var verb = SubtractSpectrum(mixture: spectrum, matrix: matrix, element: element.trimmed)
    (verb.line, verb.counting, verb.elements, verb.beamEnergy) = (lines?.trimmed, counting, elements?.elements ?? [], beam)
    (verb.detector, verb.backgroundTerms, verb.range) = (detector, background, range?.range)
    (verb.name, verb.note) = (name, note ?? "")
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: SubtractSpectrum.Report) -> String {
    func number(_ value: Double, _ digits: Int = 4) -> String { Quantity.significant(value, digits: digits) }
    let (mixture, matrix) = (report.mixtureNet, report.matrixNet)
    var lines = [
      "\(report.path): \(number(report.counts, 6)) counts left",
      "scale \(number(report.scale, 5)) ± \(number(report.scaleDeviation, 2)) by \(report.element) \(report.line) "
        + "(\(report.counting)): \(number(mixture.netCounts, 6)) ± \(number(mixture.error, 3)) net counts in the mixture, "
        + "\(number(matrix.netCounts, 6)) ± \(number(matrix.error, 3)) in the matrix",
    ]
    let channels = report.overSubtraction.filter { $0.place == "channel" }
    for line in report.overSubtraction where line.place != "channel" {
      lines.append("over-subtracted: \(line.place), \(number(line.counts)) ± \(number(line.deviation, 2)) net counts")
    }
    lines.append(
      "\(channels.count) channels lie more than 3 standard deviations below zero; chance alone gives "
        + number(report.channelsByChance, 2))
    lines += report.warnings.map { "warning: \($0)" }
    return lines.joined(separator: "\n")
  }
}
