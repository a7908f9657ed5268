import Arguments
import Formats
import Microscopy

/// What files do not say themselves.
struct SourceArguments: ArgumentGroup {
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

  func apply(to options: inout ImportOptions) {
    options.format = format
    options.shape = shape?.extents
    options.type = dtype
    options.byteOrder = byteOrder
    options.offset = offset
    options.axes = axes?.elements
    options.dataset = dataset
    options.followsForeignLinks = followLinks
  }
}

/// What of files is read, and how.
struct PartArguments: ArgumentGroup {
  static let title: String? = "What of a scan is read"

  @Option("The frames, counted from 0: one, as in 3, or those from one up to another, as in 0:10.", placeholder: "FRAMES")
  var frames: FrameRange?
  @Flag("Keep the frames apart, as the slowest axis.") var keepFrames: Bool
  @Flag("Keep the signals of several detectors apart, as a map each.") var separateDetectors: Bool
  @Flag("Shift the frames onto each other, by their images, before they are summed.") var correctDrift: Bool
  @Option("Sum so many pixels along y and x to one.", placeholder: "N", .atLeast(1)) var downsample: Int = 1
  @Option("Leave out the channels of X-ray spectra at and above this energy.", placeholder: "KEV") var energyCutoff: Double?

  func apply(to options: inout ImportOptions) {
    options.frames = frames?.range
    options.keepsFrames = keepFrames
    options.separatesDetectors = separateDetectors
    options.correctsDrift = correctDrift
    options.downsampling = downsample
    options.energyCutoff = energyCutoff
  }
}
