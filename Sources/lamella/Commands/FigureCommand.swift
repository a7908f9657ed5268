import Arguments
import Workflows

struct FigureCommand: Command {
  static let name = "figure"
  static let summary = "Draw a map, a mask or a result as a picture"
  static let discussion = """
    The extension of the output says the format: .svg, .png or .pdf. What is drawn suits the object:

        map          its sum spectrum and its sum image
        image        the image, with scale bar and colour bar
        mask         the mask over what it was made from, or over an image
        pca          the scree
        nmf          each component: its spectrum, and its maps beside it
        abundances   the same of each phase
        spectrum     the spectrum with its errors
        subtract     mixture and scaled matrix; the difference with errors
        quantify     the spectrum with fit and residuals in standard
                     deviations; of pixels, maps of all elements first
        detect       as quantify; with others, SNR and LOD over pixels
        unmix        the compositions of the phases, and each phase
        any array    an image or a curve

    Lines are named where they matter, the strongest first. The same picture has the same bytes.
    """
  static let examples = [
    Example("The sum spectrum and image of a map", "lamella figure session.hspy grain -o grain.svg --elements Fe,O,Mg"),
    Example("How many components there are", "lamella figure session.hspy grain/results/pca -o scree.png"),
    Example(
      "One component, its counts on a logarithmic scale",
      "lamella figure session.hspy grain/results/nmf -o second.svg --component 2 --log"),
    Example("Where each element is", "lamella figure session.hspy grain/results/quantify -o elements.png --width 900"),
    Example(
      "Two spectra over each other", "lamella figure session.hspy grain/results/matrix --with inclusion -o spectra.pdf"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("A map, an image, a mask, a result, or an array of a result.", placeholder: "OBJECT") var path: String
  @Option("The picture to write.", short: "o", placeholder: "OUT") var output: FilePath
  @Option(
    "Other results in the same picture: spectra over each other, detections over the number of pixels.", name: "with",
    placeholder: "RESULT,...")
  var companions: CommaList<String>?
  @Option("One component, counted from 1.", placeholder: "I", .atLeast(1)) var component: Int?
  @Flag("Counts, or the values of a map, on a logarithmic scale.") var log: Bool
  @Option("Elements whose X-ray lines are named; those of the map's metadata unless given.", placeholder: "FE,O,...")
  var elements: CommaList<String>?
  @Option("What of the axis of spectra is shown, in its units.", placeholder: "LOW,HIGH") var range: Interval?
  @Option("The values of the first and the last colour of maps.", placeholder: "LOW,HIGH") var values: Interval?
  @Option("The width in points, 72 to an inch; a PNG has two pixels for each.", placeholder: "POINTS", .from(120, to: 4000))
  var width = 640.0
  @Option("What stands above the picture; the name of the object unless given.", placeholder: "TEXT") var title: String?
  @Flag("Take the place of a file that is there.") var replace: Bool
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var options = PictureOptions()
    options.component = component
    options.isLogarithmic = log ? true : nil
    options.elements = elements?.elements
    options.range = range?.bounds
    options.values = values?.bounds
    options.width = width
    var job = DrawFigure(file.string, path: path, output: output.string, options: options)
    job.title = title
    job.companions = companions?.elements ?? []
    job.replaces = replace
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      "\(result.path) (\(result.shows.joined(separator: ", "))) → \(result.output), \(Quantity.bytes(Double(result.bytes)))"
    }
  }
}

/// Two numbers, the smaller first: `LOW,HIGH`.
struct Interval: ArgumentValue, Hashable, Sendable {
  var bounds: ClosedRange<Double>

  init?(argument: String) {
    let ends = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low < high, low.isFinite, high.isFinite else { return nil }
    bounds = low...high
  }

  static let expectation = "two numbers such as 0.2,10, the smaller first"
  var argument: String { "\(bounds.lowerBound.argument),\(bounds.upperBound.argument)" }
}
