import Arguments
import Formats
import Microscopy
import Store
import Workflows

struct ImportCommand: Command {
  static let name = "import"
  static let summary = "Bring maps from files of any supported format into a Lamella file"
  static let discussion = """
    The output is created where it is absent, and added to where it is a Lamella file. Maps are named after their \
    files; a name that is taken is refused. Files larger than memory are read piece by piece.

    The format is known by the content, else by the extension. A bare binary file needs --shape and --dtype, or a \
    JSON file of the same name beside it.
    """
  static let examples = [
    Example("A raw dump of a microscope", "lamella import scan.rpl -o session.hspy --name grain"),
    Example(
      "Numbers without a header",
      "lamella import dump.bin -o session.hspy --shape 256,256,2048 --dtype uint16 \\\n"
        + "        --axes y:1.5:nm,x:1.5:nm,Energy:0.01:keV"),
    Example(
      "One dataset of another HDF5 file", "lamella import run7.h5 -o session.hspy --dataset /scan/counts"),
  ]

  @Argument("The files to import.") var input: [FilePath]
  @Option("The Lamella file to write to.", short: "o", placeholder: "FILE") var output: FilePath
  @Option("The map's name; several maps are numbered from it.", placeholder: "MAP") var name: String?
  @Option("A text kept with the map's history.", placeholder: "TEXT") var note: String?
  var source = SourceOptions()
  var part = PartOptions()
  var storage = StorageArguments()
  var work = WorkOptions()
  var report = ReportOptions()

  /// What the inputs do not say themselves.
  struct SourceOptions: ArgumentGroup {
    static let title: String? = "What the files do not say themselves"

    @Option("The format to read, whatever the files look like.", placeholder: "NAME") var format: String?
    @Option("Extents, slowest first.") var shape: Shape?
    @Option("The element type, as NumPy names it.", placeholder: "TYPE") var dtype: ScalarType?
    @Option("The byte order.", placeholder: "ORDER") var byteOrder: ByteOrder?
    @Option("Bytes before the first value.", placeholder: "BYTES", .atLeast(0)) var offset: Int?
    @Option(
      "The axes, slowest first, each as NAME, NAME:SCALE, NAME:SCALE:UNITS or NAME:SCALE:UNITS:OFFSET.",
      placeholder: "AXIS,...")
    var axes: CommaList<AxisDescription>?
    @Option("The dataset or member of the file; all maps in it unless given.", placeholder: "PATH")
    var dataset: String?
    @Flag("Follow links that lead out of the file's folder.") var followLinks: Bool
  }

  /// What of the inputs is read, and how.
  struct PartOptions: ArgumentGroup {
    static let title: String? = "What of a scan is read"

    @Option("The frames, counted from 0: one, as in 3, or those from one up to another, as in 0:10.", placeholder: "FRAMES")
    var frames: FrameRange?
    @Flag("Keep the frames apart, as the slowest axis.") var keepFrames: Bool
    @Flag("Keep the signals of several detectors apart, as a map each.") var separateDetectors: Bool
    @Flag("Shift the frames onto each other, by their images, before they are summed.") var correctDrift: Bool
    @Option("Sum so many pixels along y and x to one.", placeholder: "N", .atLeast(1)) var downsample: Int = 1
    @Option("Leave out the channels of X-ray spectra above this energy.", placeholder: "KEV") var energyCutoff: Double?
  }

  func validate() throws(UsageError) {
    if let name, let problem = Store.problem(withMapName: name) {
      throw UsageError("--name cannot be '\(name)': \(problem)")
    }
  }

  func run() throws {
    var job = ImportFiles(input.map(\.string), output: output.string, name: name)
    job.note = note ?? ""
    job.reading.format = source.format
    job.reading.shape = source.shape?.extents
    job.reading.type = source.dtype
    job.reading.byteOrder = source.byteOrder
    job.reading.offset = source.offset
    job.reading.axes = source.axes?.elements
    job.reading.dataset = source.dataset
    job.reading.followsForeignLinks = source.followLinks
    job.reading.frames = part.frames?.range
    job.reading.keepsFrames = part.keepFrames
    job.reading.separatesDetectors = part.separateDetectors
    job.reading.correctsDrift = part.correctDrift
    job.reading.downsampling = part.downsample
    job.reading.energyCutoff = part.energyCutoff
    job.storage = storage.options
    let result = try work.watched { try job.run($0) }
    try report.print(result) { Self.text(result) }
  }

  private static func text(_ report: ImportFiles.Report) -> String {
    var lines: [String] = []
    for map in report.maps {
      let shape = map.shape.map(String.init).joined(separator: " × ")
      // The rate of a few bytes says nothing.
      let rate = map.bytes < 1_000_000 ? "" : " (\(Quantity.bytes(Double(map.bytes) / max(map.seconds, 1e-3)))/s)"
      lines.append("\(map.source) → \(report.file)/\(map.name)")
      lines.append(
        "  \(shape) \(map.dtype), \(Quantity.bytes(Double(map.bytes))) in \(Quantity.seconds(map.seconds))\(rate)"
      )
      lines += map.notes.map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}
