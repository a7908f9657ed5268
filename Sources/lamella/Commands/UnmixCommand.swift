import Arguments
import Decomposition
import Foundation
import Store
import Workflows
import XRay

struct UnmixCommand: Command {
  static let name = "unmix"
  static let summary = "Unmix a map or a series into its phases, from the factorisation to the compositions"
  static let discussion = """
    The method of Chen et al. (2024), step by step: principal components, non-negative factorisation, a mask of each precipitate \
    by GrabCut, the matrix as what is left, mixtures without overlaps, their spectra, the matrix subtracted by a line of an \
    element that the precipitate lacks, abundances by fully constrained least squares, and compositions. Every step is kept \
    in the file as if its own command had made it, and can be looked at, repeated and removed by itself.

    Which precipitate lacks which of the elements given with --unique is found out from the factorisation. The recipe that is \
    written beside the file holds all that was chosen; edited, it is repeated with --recipe.

    All of it is kept at the end, at once: where a step fails or is stopped, the file is as it was.
    """
  static let examples = [
    Example(
      "Two precipitates, one without silicon, one without magnesium",
      "lamella unmix rock.hspy --components 3 --matrix auto --unique Si,Mg --elements O,Mg,Al,Si,Ca,Fe"),
    Example("Again, with an edited recipe", "lamella unmix rock.hspy --recipe rock-unmix.recipe.json --name second"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The map; needed where the file holds more than one.") var map: String?
  @Option("A series: its maps are unmixed as one.", placeholder: "N") var series: String?
  @Option("Components of the factorisation.", short: "k", placeholder: "K", .from(2, to: 16)) var components: Int?
  @Option("The component of the matrix, or auto: the one with most counts.", placeholder: "I") var matrix: MatrixChoice?
  @Option("Elements of the matrix that precipitates lack.", placeholder: "SYMBOLS") var unique: CommaList<String>?
  @Option("Elements to quantify; those that the metadata name when not given.", placeholder: "SYMBOLS")
  var elements: CommaList<String>?
  @Option("Elements that are fitted too, but are no part of the sample: of the grid, the microscope.", placeholder: "SYMBOLS")
  var also: CommaList<String>?
  @Option(
    "Terms of the bremsstrahlung: Lifshin's 2, or 3 to 12 that bend his form; as many as the counts ask for unless given.",
    placeholder: "N", .from(2, to: 12))
  var background: Int?
  @Option("Thickness of the film in nm, for absorption, where the metadata lack it.", placeholder: "NM", .atLeast(0))
  var thickness: Double?
  @Option("Density of the film in g/cm³, likewise.", placeholder: "G", .above(0)) var density: Double?
  @Option("Degrees between the sample and the line to the detector, where the metadata lack it.", placeholder: "DEGREES")
  var takeOff: Double?
  @Option("What stands before the detector: nothing unless given.") var detector: DetectorEntrance?
  @Option("How ionisation cross-sections are evaluated: as emtables and espm do unless given, or as published.")
  var crossSections: IonizationModel?
  @Option("Beam energy in keV, where the metadata lack it.", placeholder: "KEV", .above(0)) var beam: Double?
  @Option("How abundances are found.") var method: Unmixing.Method?
  @Option("How net counts are found.", name: "fit", placeholder: "HOW") var counting: SubtractSpectrum.Counting?
  @Option("Pixels that the matrix keeps away from precipitates.", placeholder: "N", .from(0, to: 1000)) var margin: Int?
  @Option("The seed of all random numbers.", placeholder: "N") var seed: UInt64?
  @Option("A recipe to follow; what is given beside it wins.", placeholder: "RECIPE.json") var recipe: FilePath?
  @Option(
    "Where the recipe is written; when not given, beside the file, under a name that no other recipe has.",
    placeholder: "RECIPE.json")
  var save: FilePath?
  @Flag("Let the recipe take the place of a file that --save names.") var replace: Bool
  @Option("What the names of all masks and results begin with.", placeholder: "NAME") var name: String?
  @Option("Anything worth keeping with the results.", placeholder: "TEXT") var note: String?
  var resources = ResourceOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
    if recipe == nil, unique == nil { throw UsageError("--unique is missing: name the elements that precipitates lack") }
  }

  func run() throws {
    let followed = try recipe.map { try UnmixRecipe.read($0.string) }
    let verb = verb(from: followed ?? UnmixRecipe())
    let writing = RecipeFile(wanted: save?.string, replaces: replace, followed: followed, file: file.string)
    try writing.check()
    var place: String?
    let report = try work.watched { observer in
      try verb.run(on: .open(file.string, .writing), observer: observer) { place = try writing.write($0.recipe) }
    }
    try output.print(report) { text(of: report, place) }
  }

  /// What the options make of a recipe.
  private func verb(from recipe: UnmixRecipe) -> UnmixPhases {
    var wanted = recipe
    if map != nil || series != nil { (wanted.map, wanted.series) = (map, series) }
    if let components { wanted.components = components }
    if let matrix { wanted.matrix = matrix.component }
    if let unique { (wanted.unique, wanted.precipitates) = (unique.elements, []) }
    if let elements { wanted.elements = elements.elements }
    if let also { wanted.others = also.elements }
    if let beam { wanted.beamEnergy = beam }
    if let thickness { wanted.thickness = thickness }
    if let density { wanted.density = density }
    if let takeOff { wanted.takeOffAngle = takeOff }
    if let detector { wanted.detector = detector }
    if let crossSections { wanted.crossSections = crossSections }
    if let background { wanted.backgroundTerms = background }
    if let method { wanted.method = method }
    if let counting { wanted.fit = counting }
    if let margin { wanted.margin = margin }
    if let seed { wanted.seed = seed }
    if let name { wanted.name = name }
    var verb = UnmixPhases(wanted)
    verb.note = note ?? ""
    (verb.threads, verb.memory) = resources.used
    return verb
  }

  private func text(of report: UnmixPhases.Report, _ place: String?) -> String {
    func number(_ value: Double, _ digits: Int = 3) -> String { Quantity.significant(value, digits: digits) }
    var lines = ["\(report.path): \(report.phases.count) phases, reduced χ² \(number(report.reducedChiSquare)) on average"]
    if let count = report.aboveNoise { lines.append("\(count) principal components stand out of noise") }
    for phase in report.phases {
      var line = "\(phase.name) (component \(phase.component)): \(number(100 * phase.share)) % of the counts"
      if let lacks = phase.lacks, let scale = phase.scale, let deviation = phase.scaleDeviation {
        line += "; without \(lacks): \(number(scale, 4)) ± \(number(deviation, 2)) of the matrix subtracted"
      }
      if let chiSquare = phase.composition.reducedChiSquare { line += "; χ²/ν \(number(chiSquare))" }
      let named = phase.overSubtraction.filter { $0 != "channel" }
      let channels = phase.overSubtraction.count - named.count
      let below = named + (channels > 0 ? ["\(channels) channel\(channels == 1 ? "" : "s")"] : [])
      if !below.isEmpty { line += "; below zero: \(below.joined(separator: ", "))" }
      lines.append(line)
    }
    var table = Table("phase", "element", "line", ">net counts", ">atomic %", ">±", ">weight %", ">change*")
    for phase in report.phases {
      for element in phase.composition.elements {
        table.add(
          phase.name, element.symbol, element.line, number(element.netCounts, 6), number(element.atomicPercent, 4),
          number(element.atomicPercentError, 2), number(element.weightPercent, 4),
          phase.changes?[element.symbol].map { number($0, 2) } ?? "")
      }
    }
    lines += table.lines()
    for phase in report.phases {
      let found = phase.composition
      lines += found.warnings.map { "Warning: \(phase.name): \($0)" }
    }
    lines.append("* of atomic %, for each atomic % that the phase holds of what it is taken to lack")
    if let place { lines.append("the recipe is \(place)") }
    return lines.joined(separator: "\n")
  }
}

/// Where the recipe of an unmixing is kept.
private struct RecipeFile {
  /// Nil: a place is found.
  var wanted: String?
  var replaces: Bool
  /// The recipe that is followed, which is kept already.
  var followed: UnmixRecipe?
  /// The Lamella file.
  var file: String

  /// Refuses to write over a file, before there is a recipe to write.
  func check() throws {
    guard let wanted else { return }
    try UnmixRecipe.demandPlace(wanted, input: file, replaces: replaces)
  }

  /// The path of what was written; nil where nothing had to be.
  func write(_ recipe: UnmixRecipe) throws -> String? {
    if wanted == nil, recipe == followed { return nil }
    do {
      if let wanted { try UnmixRecipe.demandPlace(wanted, input: file, replaces: replaces) }
      let data = Data(try recipe.json.utf8)
      let place = wanted ?? free(for: data, recipe.name)
      try data.write(to: URL(filePath: place), options: .atomic)
      return place
    } catch {
      throw OutputError(error)
    }
  }

  /// FILE-NAME.recipe.json, or FILE-NAME-2.recipe.json … where the others are recipes that somebody may have edited.
  private func free(for data: Data, _ name: String) -> String {
    let stem = "\(URL(filePath: file).deletingPathExtension().relativePath)-\(name)"
    var (place, number) = ("\(stem).recipe.json", 2)
    while FileManager.default.fileExists(atPath: place), FileManager.default.contents(atPath: place) != data {
      (place, number) = ("\(stem)-\(number).recipe.json", number + 1)
    }
    return place
  }
}

/// `auto`, or the number of a component.
struct MatrixChoice: ArgumentValue {
  var component: Int?

  init?(argument: String) {
    if argument == "auto" { return }
    guard let number = Int(argument), number >= 1 else { return nil }
    component = number
  }

  static let expectation = "auto, or the number of a component"
  var argument: String { component.map(String.init) ?? "auto" }
}
