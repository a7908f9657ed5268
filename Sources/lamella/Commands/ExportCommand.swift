import Arguments
import Workflows

struct ExportCommand: Command {
  static let name = "export"
  static let summary = "Write a map or a result in another format"
  static let discussion = """
    The extension of the output says the format:

      .hspy        HyperSpy (maps and arrays of results)
      .rpl         Ripple, with the values in a .raw file (up to three axes)
      .npy         NumPy (anything)
      .msa, .csv   spectra
      .csv         tables of results
      .tif, .png   images

    Where a format holds one spectrum or image and there are several components, each goes into a file of its own, \
    numbered from 1.
    """
  static let examples = [
    Example("A map", "lamella export session.hspy grain -o grain.rpl"),
    Example(
      "The spectra of a factorisation", "lamella export session.hspy grain/results/nmf/spectra -o spectra.csv"
    ),
    Example(
      "Where the second component is",
      "lamella export session.hspy grain/results/nmf/abundances/2 -o second.png"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("A map, a result, or an array or table of a result; of an array, one component by its number.") var path: String
  @Option("The file to write.", short: "o", placeholder: "OUT") var output: FilePath
  @Flag("Take the place of files that are there.") var replace: Bool
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var job = ExportObject(file.string, path: path, output: output.string)
    job.replaces = replace
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      let shape = result.shape.map(String.init).joined(separator: " × ")
      return "\(result.path) (\(shape) \(result.dtype)) → \(result.files.joined(separator: ", "))"
    }
  }
}
