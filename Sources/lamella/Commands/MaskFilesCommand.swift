import Arguments
import Store
import Workflows

struct ImportMaskCommand: Command {
  static let name = "import"
  static let summary = "Make a mask of an image drawn elsewhere"
  static let discussion = """
    A PNG image (greyscale, colours or palette, not interlaced) or an .npy array of truth values or whole numbers, with as many \
    rows and columns as the map: what is not zero belongs to the mask.
    """
  static let examples = [Example("A mask drawn by hand", "lamella mask import session.hspy drawn.png --name grain")]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("The image: .png or .npy.") var image: FilePath
  @Option("The name of the mask.", placeholder: "M") var name: String
  @Option("The map; needed where the file holds more than one.") var map: String?
  @Option("Anything worth keeping with the mask.", placeholder: "TEXT") var note: String?
  var work = WorkOptions()
  var output = ReportOptions()

  func run() throws {
    var verb = ImportMask(image.string, name: name)
    (verb.map, verb.note) = (map, note ?? "")
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { MaskText.line(report.mask) }
  }
}

struct ExportMaskCommand: Command {
  static let name = "export"
  static let summary = "Write a mask as an image or an array"
  static let discussion = "The extension says the format: .png (0 and 255), .tif, .npy (truth values)."
  static let examples = [Example("For an image editor", "lamella mask export session.hspy fp -o fp.png")]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("The mask.") var mask: String
  @Option("The file to write.", short: "o", placeholder: "OUT") var output: FilePath
  @Option("The map; needed where the file holds more than one.") var map: String?
  @Flag("Take the place of a file that is there.") var replace: Bool
  var report = ReportOptions()

  func run() throws {
    var verb = ExportMask(mask, output: output.string)
    (verb.map, verb.replaces) = (map, replace)
    let result = try verb.run(on: .open(file.string))
    try report.print(result) {
      "\(result.path) (\(result.shape.map(String.init).joined(separator: " × "))) → \(result.files.joined(separator: ", "))"
    }
  }
}

struct ListMasksCommand: Command {
  static let name = "list"
  static let summary = "List the masks of the maps"
  static let examples = [Example("All of them", "lamella mask list session.hspy")]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The only map to list.") var map: String?
  var report = ReportOptions()

  func run() throws {
    var verb = ListMasks()
    verb.map = map
    let result = try verb.run(on: .open(file.string))
    try report.print(result) {
      result.masks.isEmpty ? "no masks" : result.masks.map(MaskText.line).joined(separator: "\n")
    }
  }
}
