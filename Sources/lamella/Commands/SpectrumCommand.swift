import Arguments
import Segmentation
import Store
import Workflows

struct SpectrumCommand: Command {
  static let name = "spectrum"
  static let summary = "Sum the spectra of the pixels of a mask, a rectangle or a whole map"
  static let discussion = """
    The sum is kept in the file as a result, with the variance of each channel. A series sums over its maps, of each the pixels \
    of the mask of that name. lamella export writes it as .msa or .csv.
    """
  static let examples = [
    Example("What a mask holds", "lamella spectrum session.hspy --mask matrix --name matrix"),
    Example("A rectangle of 20 × 30 pixels", "lamella spectrum session.hspy --rectangle 10,40,30,70 --name spot"),
    Example("Over the maps of a series", "lamella spectrum session.hspy --series all --mask matrix --name matrix"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("A mask of the map: its pixels are summed.", placeholder: "M") var mask: String?
  @Option("A rectangle to sum instead: first row and column, and those behind the last.", placeholder: "Y0,X0,Y1,X1")
  var rectangle: [PixelRectangle]
  @Option("The map; needed where the file holds more than one.") var map: String?
  @Option("A series: the sum runs over its maps.") var series: String?
  @Option("The name of the result; made up when not given.", placeholder: "S") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  var resources = ResourceOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
    if mask != nil, !rectangle.isEmpty { throw UsageError("give --mask or --rectangle, not both") }
  }

  func run() throws {
    var verb = IntegrateSpectrum()
    (verb.mask, verb.rectangles, verb.map, verb.series) = (mask, rectangle, map, series)
    (verb.name, verb.note) = (name, note ?? "")
    (verb.threads, verb.memory) = resources.used
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) {
      var lines = [
        "\(report.path): \(Quantity.significant(report.counts, digits: 8)) counts in \(report.channels) channels, "
          + "from \(report.pixels) pixels"
      ]
      if report.maps.count > 1 {
        lines += report.maps.map { "  \($0.map): \(Quantity.significant($0.counts, digits: 8)) from \($0.pixels) pixels" }
      }
      return lines.joined(separator: "\n")
    }
  }
}
