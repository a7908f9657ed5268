import Arguments
import Workflows
import XRay

struct ElementsCommand: Command {
  static let name = "elements"
  static let summary = "Show the X-ray lines, cross-sections and Cliff-Lorimer factors of elements"
  static let discussion = """
    Lines are as strong as a beam of the energy makes them in a thin film: ionisation by the fits of Bote & Salvat, then \
    the cascades, fluorescence yields and radiative rates of xraylib. Cliff-Lorimer factors are for a detector that counts \
    every photon unless one is named; K, L and M stand for whole families. Factors are for windows: lines of the element that lie within \
    --within of the line count with it, and are named behind it. Beside them stand the factors of the lines alone, by which \
    quantify goes with the same detector, whose default is windowless.
    """
  static let examples = [
    Example("Iron and neodymium at 200 kV", "lamella elements Fe Nd"),
    Example("Factors for a scanning microscope at 15 kV, against Fe Kα", "lamella elements O Si --beam 15 --reference \"Fe Ka\""),
  ]

  @Argument("Symbols of elements.", placeholder: "SYMBOL") var elements: [String]
  @Option("The beam's energy in keV.", placeholder: "KEV", .from(1e-3, to: 1e6)) var beam = 200.0
  @Option("The line that factors are relative to.", placeholder: "LINE") var reference = "Si Ka"
  @Option("The detector that factors are for.") var detector = DetectorKind.none
  @Option("How the fits are evaluated: as emtables and espm do, or as published, which gives 1 to 10 % more.")
  var crossSections = IonizationModel.usual
  @Option(
    "Count with each line that a factor is for the element's others within this many keV, as a window would; 0 for the line alone.",
    placeholder: "KEV", .from(0, to: 100))
  var within = 0.35
  var report = ReportOptions()

  func run() throws {
    var verb = DescribeElements(elements, beamEnergy: beam)
    verb.reference = reference
    verb.detector = detector.model
    verb.model = crossSections
    verb.reach = within
    let result = try verb.run()
    try report.print(result) { result.elements.map(text).joined(separator: "\n\n") }
  }

  private func text(of element: DescribeElements.Report.Item) -> String {
    var lines = Table("line", "", ">keV", ">width/eV", ">relative", ">σ/cm²")
    for line in element.lines {
      lines.add(
        line.line, line.siegbahn ?? "", Quantity.significant(line.energy, digits: 5), Quantity.significant(line.width),
        Quantity.significant(line.relativeIntensity), Quantity.significant(line.crossSection, digits: 4))
    }
    var shells = Table("subshell", ">edge/keV", ">ionisation/cm²", ">vacancies/cm²", ">yield")
    for shell in element.subshells {
      shells.add(
        shell.name, Quantity.significant(shell.edge, digits: 5), Quantity.significant(shell.crossSection, digits: 4),
        Quantity.significant(shell.vacancies, digits: 4), Quantity.significant(shell.fluorescenceYield))
    }
    var factors = Table("factor", ">keV", ">weight", ">atomic", ">±", ">alone, weight", ">alone, atomic")
    for factor in element.kFactors {
      let name = ([factor.line] + factor.merged).joined(separator: "+")
      factors.add(
        "\(name) / \(factor.reference)", Quantity.significant(factor.energy, digits: 4),
        Quantity.significant(factor.weight, digits: 4), Quantity.significant(factor.atomic, digits: 4),
        Quantity.significant(factor.weight * factor.relativeError, digits: 2),
        Quantity.significant(factor.aloneWeight, digits: 4), Quantity.significant(factor.aloneAtomic, digits: 4))
    }
    let title =
      "\(element.symbol)  Z = \(element.atomicNumber)  \(element.atomicWeight) g/mol  at \(Quantity.significant(beam)) keV"
    let tables = [lines.lines(), shells.lines(), factors.lines()].filter { !$0.isEmpty }
    let known = tables.isEmpty ? [["No ionisation data: there are some for H to Es."]] : tables
    return ([[title]] + known).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }
}

/// Detectors by name.
enum DetectorKind: String, CaseIterable, ArgumentValue {
  case none, windowless, polymer, beryllium

  var model: SiliconDriftDetector? {
    DetectorEntrance(rawValue: rawValue).map { entrance in
      var detector = SiliconDriftDetector()
      detector.window = entrance.window
      return detector
    }
  }
}
