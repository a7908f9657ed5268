import Arguments
import Workflows
import XRay

/// What `quantify` and `detect` both need: which spectrum, and how it is fitted.
struct QuantifyOptions: ArgumentGroup {
  static let title: String? = nil

  @Option("A result that is a spectrum; of several spectra one by its number: nmf:2.", placeholder: "S") var spectrum: String?
  @Option("The map itself; with --spectrum the map of that result.") var map: String?
  @Option("The series itself; with --spectrum the series of that result.") var series: String?
  @Option("The elements; those that the metadata name unless given.", placeholder: "O,Mg,Si") var elements: CommaList<String>?
  @Option("Elements that are fitted but are no part of the composition, such as those of the grid.", placeholder: "Cu,C")
  var also: CommaList<String>?
  @Option("Lines to go by where the usual one is not wanted: \"U La\".", placeholder: "LINES") var use: CommaList<String>?
  @Option("How net counts are found.") var fit = SpectrumQuantification.Counting.model
  @Option("Thickness in nm, for absorption; 0 for none.", placeholder: "NM", .atLeast(0)) var thickness: Double?
  @Option("Density in g/cm³, for absorption.", placeholder: "G", .above(0)) var density: Double?
  @Option("Beam energy in keV, where the metadata lack it.", placeholder: "KEV", .above(0)) var beam: Double?
  @Option("Degrees between the sample and the line to the detector, where the metadata lack it.", placeholder: "DEGREES")
  var takeOff: Double?
  @Option("What stands before the detector.") var detector = DetectorEntrance.windowless
  @Option("Energies in keV that are fitted.", placeholder: "FROM:TO") var range: Window?
  @Option(
    "Terms of the bremsstrahlung: Lifshin's 2, or 3 to 12 that bend his form; as many as the counts ask for unless given.",
    placeholder: "N", .from(2, to: 12))
  var background: Int?
  @Option("Elements of which each subshell of L and M is fitted by itself.", placeholder: "Pt,U")
  var freeSubshells: CommaList<String>?
  @Option("How ionisation cross-sections are evaluated: as emtables and espm do, or as published.")
  var crossSections = IonizationModel.usual

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
    if spectrum == nil, map == nil, series == nil {
      throw UsageError("give --spectrum for a result, or --map or --series for what they hold")
    }
    for text in use?.elements ?? [] where LineName.ofElement(text) == nil {
      throw UsageError("--use cannot be '\(text)': give an element and a line, such as \"U La\"")
    }
    if let takeOff, !(takeOff > 0 && takeOff <= 90) {
      throw UsageError("--take-off cannot be \(takeOff): give an angle above 0, up to 90 degrees")
    }
  }

  var parameters: Quantify.Parameters {
    var parameters = Quantify.Parameters()
    parameters.spectrum = spectrum
    parameters.map = map
    parameters.series = series
    parameters.elements = elements?.elements.map(Self.trimmed) ?? []
    parameters.others = also?.elements.map(Self.trimmed) ?? []
    for (element, line) in (use?.elements ?? []).compactMap(LineName.ofElement) { parameters.lines[element] = line }
    parameters.counting = fit
    parameters.thickness = thickness
    parameters.density = density
    parameters.beamEnergy = beam
    parameters.takeOffAngle = takeOff
    parameters.detector = detector
    parameters.range = range?.range
    parameters.backgroundTerms = background
    parameters.crossSections = crossSections
    parameters.freeSubshells = freeSubshells?.elements.map(Self.trimmed) ?? []
    return parameters
  }

  static func trimmed(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
}
