import Arguments
import Segmentation
import Store
import Workflows

struct MaskCommand: Command {
  static let name = "mask"
  static let summary = "Make masks of component images, combine, import and export them"
  static let subcommands: [any Command.Type] = [
    GrabCutMask.self, ThresholdMask.self, CombineMask.self, ImportMaskCommand.self, ExportMaskCommand.self, ListMasksCommand.self,
  ]

  struct GrabCutMask: Command {
    static let name = "grabcut"
    static let summary = "Part a component image into foreground and background by graph cuts"
    static let discussion = """
      GrabCut (Rother, Kolmogorov and Blake 2004) needs only loose rectangles around what is sought: outside of all of them is \
      background. Without a rectangle the histogram of the image gives the seeds. For a result of a series a mask is made in \
      every map of it.
      """
    static let examples = [
      Example(
        "Precipitates in the second component's map",
        "lamella mask grabcut session.hspy --from nmf --component 2 --rectangle 40,60,120,150 --name fp")
    ]

    var common = ComponentOptions()
    @Option(
      "A loose rectangle around what is sought: first row and column, and those behind the last.", placeholder: "Y0,X0,Y1,X1")
    var rectangle: [PixelRectangle]
    @Option("How often the two sides are modelled and cut.", placeholder: "N", .from(1, to: 1000)) var iterations = 5
    @Argument("The Lamella file.") var file: FilePath
    @Argument("More rectangles.", placeholder: "RECTANGLE", required: false) var rectangles: [PixelRectangle]
    var work = WorkOptions()
    var output = ReportOptions()

    func run() throws {
      try common.run(.grabCut(GrabCut(rectangles: rectangle + rectangles, iterations: iterations)), file, work, output)
    }
  }

  struct ThresholdMask: Command {
    static let name = "threshold"
    static let summary = "Choose the pixels of a component image that lie above a value"
    static let discussion = """
      The value is given, or found from the histogram: otsu parts it into two classes of the greatest variance between them, \
      triangle finds where a small bright part leaves a large dark one, noise:3 is three standard deviations of the noise above \
      the background, the value that most pixels lie about. \
      For a result of a series a mask is made in every map of it, with a value of its own.
      """
    static let examples = [
      Example("The bright part", "lamella mask threshold session.hspy --from nmf --component 2 --name fp"),
      Example(
        "Its reach: where it shows over the noise of pixels away from it",
        "lamella mask threshold session.hspy --from nmf --component 2 --share --smooth 3 --background outside --method noise:3 "
          + "--name fp-reach"
      ),
    ]

    var common = ComponentOptions()
    @Option("otsu, triangle, noise:K, or the value above which pixels belong to the mask.", placeholder: "METHOD") var method =
      Threshold.otsu
    @Option("A mask of the map whose pixels alone tell the level.", placeholder: "MASK") var background: String?
    @Argument("The Lamella file.") var file: FilePath
    var work = WorkOptions()
    var output = ReportOptions()

    func run() throws {
      try common.run(.threshold(method), file, work, output) { $0.background = background }
    }
  }

  struct CombineMask: Command {
    static let name = "combine"
    static let summary = "Make a mask of other masks"
    static let discussion = """
      An expression holds names of masks, and, or, not, minus, parentheses, and three functions: dilate(M,n) and erode(M,n) by n \
      pixels along the axes, without-small(M,n) without connected parts of fewer than n pixels. not binds first, then and and \
      minus from left to right, then or. Names with blanks, commas or parentheses go into quotation marks.

      What a mask of a precipitate leaves is not yet matrix: its edges and its thin parts are too faint for single pixels, and one \
      per cent of a precipitate changes the composition of a matrix by many times its errors. Take away the masks of their reach as \
      well, made by lamella mask threshold of smoothed images. lamella unmix does all this.
      """
    static let examples = [
      Example(
        "All that is away from both precipitates",
        "lamella mask combine session.hspy \"not dilate(fp or capv, 2)\" --name outside"),
      Example(
        "The matrix, without what still shows of them there",
        "lamella mask combine session.hspy \"outside minus (fp-reach or capv-reach)\" --name matrix"),
      Example(
        "A clean core", "lamella mask combine session.hspy \"without-small(erode(fp minus capv, 1), 20)\" --name core"),
    ]

    @Argument("The Lamella file.") var file: FilePath
    @Argument("What the new mask is made of.", placeholder: "EXPR") var expression: String
    @Option("The name of the new mask.", placeholder: "M") var name: String
    @Option("The map; needed where the file holds more than one.") var map: String?
    @Option("A series: the mask is made in each of its maps.") var series: String?
    @Option("Anything worth keeping with the mask.", placeholder: "TEXT") var note: String?
    var work = WorkOptions()
    var output = ReportOptions()

    func validate() throws(UsageError) {
      if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
      do {
        _ = try MaskExpression(expression)
      } catch {
        throw UsageError(error.problem, advice: error.advice)
      }
    }

    func run() throws {
      var verb = CombineMasks(try MaskExpression(expression), name: name)
      (verb.map, verb.series, verb.note) = (map, series, note ?? "")
      let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
      try output.print(report) { report.masks.map(MaskText.line).joined(separator: "\n") }
    }
  }
}

/// Which component of which result a mask is made of.
struct ComponentOptions: ArgumentGroup {
  @Option("The result with the component images: a name, or a path such as grain/results/nmf.", placeholder: "RESULT")
  var from: String
  @Option("The component, counted from 1.", placeholder: "I", .atLeast(1)) var component: Int
  @Option("The name of the mask.", placeholder: "M") var name: String
  @Option("Smooth the images first, with a Gaussian of so many pixels.", placeholder: "SIGMA", .from(0, to: 1000))
  var smooth = 0.0
  @Flag("Go by the part that the component has of each pixel, whatever the thickness there.") var share: Bool
  @Option("The map, where several have a result of that name; of a result of a series, the only one to make a mask in.")
  var map: String?
  @Option("Anything worth keeping with the mask.", placeholder: "TEXT") var note: String?

  func run(
    _ method: SegmentImages.Method, _ file: FilePath, _ work: WorkOptions, _ output: ReportOptions,
    _ change: (inout SegmentImages) -> Void = { _ in }
  ) throws {
    var verb = SegmentImages(from: from, component: component, method: method, name: name)
    (verb.map, verb.note, verb.smoothing, verb.usesShares) = (map, note ?? "", smooth, share)
    change(&verb)
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { report.masks.map(MaskText.line).joined(separator: "\n") }
  }
}

/// Masks as people read them.
enum MaskText {
  /// "/rock/masks/fp: 312 pixels (4.9 %), above 12.5"
  static func line(_ mask: MaskReport) -> String {
    var text = "\(mask.path): \(mask.pixels) pixels (\(Quantity.significant(100 * mask.share)) %)"
    if let level = mask.level { text += ", above \(Quantity.significant(level, digits: 6))" }
    if let inside = mask.meanInside, let outside = mask.meanOutside {
      text += "; mean \(Quantity.significant(inside)) inside, \(Quantity.significant(outside)) outside"
    }
    return text
  }
}
