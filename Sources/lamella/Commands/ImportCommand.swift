import Arguments
import Store
import Workflows

struct ImportCommand: Command {
  static let name = "import"
  static let summary = "Bring maps from files of any supported format into a Lamella file"
  static let discussion = """
    The output is created where it is absent, and added to where it is a Lamella file. A name that is taken is refused. \
    Files larger than memory are read piece by piece.

    An input is a file, a folder, which is searched with all below it, or a pattern in quotes: * and ? for characters \
    of a name, [ab] for one of some, ** for folders of any depth. What is found comes in natural order, scan2 before \
    scan10; what cannot be read is left out and named at the end, while a file that is named must be readable. Files \
    that belong to another one, as the .raw of an .rpl, come in with it.

    The format is known by the content, else by the extension: lamella formats lists them. A bare binary file needs \
    --shape and --dtype, or a JSON file of the same name beside it.

    A map is named after its file; where the file holds several, they are named as they suggest, behind the name of \
    the file where there are several files.
    """
  static let examples = [
    Example("A raw dump of a microscope", "lamella import scan.rpl -o session.hspy --name grain"),
    Example("All that lies in a folder", "lamella import monday -o session.hspy"),
    Example(
      "A tilt series, checked, to be taken up again if it is cut off",
      "lamella import 'tilt_*.bcf' -o tilts.hspy --select spectrum-images \\\n        --series tilts --verify --resume"),
    Example(
      "Numbers without a header",
      "lamella import dump.bin -o session.hspy --shape 256,256,2048 --dtype uint16 \\\n"
        + "        --axes y:1.5:nm,x:1.5:nm,Energy:0.01:keV"),
    Example(
      "One dataset of another HDF5 file", "lamella import run7.h5 -o session.hspy --dataset /scan/counts"),
  ]

  @Argument("Files, folders and patterns.") var input: [FilePath]
  @Option("The Lamella file to write to.", short: "o", placeholder: "FILE") var output: FilePath
  @Option("The map's name; several maps are numbered from it.", placeholder: "MAP") var name: String?
  @Option(
    "Import the maps of these kinds only: spectrum-images, spectra, images, image-scans (4D-STEM).", placeholder: "KIND,...")
  var select: CommaList<MapKind>?
  @Option("Make a series of the maps of the commonest kind, in their order.", placeholder: "SERIES") var series: String?
  @Option("A text kept with the map's history.", placeholder: "TEXT") var note: String?
  @Flag("Go on with an import that was cut off: leave the maps that are in the output already.") var resume: Bool
  @Flag("Read every map back and compare it with its file, which is decoded again.") var verify: Bool
  @Flag("Say what would be imported, and write nothing.") var dryRun: Bool
  var source = SourceArguments()
  var part = PartArguments()
  var storage = StorageArguments()
  var work = WorkOptions()
  var report = ReportOptions()

  func validate() throws(UsageError) {
    if let name, let problem = Store.problem(withMapName: name) {
      throw UsageError("--name cannot be '\(name)': \(problem)")
    }
    if let series, let problem = Store.problem(withSeriesName: series) {
      throw UsageError("--series cannot be '\(series)': \(problem)")
    }
  }

  func run() throws {
    var job = ImportFiles(input.map(\.string), output: output.string, name: name)
    job.select = (select?.elements).map { Set($0) }
    job.series = series
    job.note = note ?? ""
    (job.resumes, job.verifies, job.isRehearsal) = (resume, verify, dryRun)
    source.apply(to: &job.reading)
    part.apply(to: &job.reading)
    job.storage = storage.options
    let result = try work.watched { try job.run($0) }
    try report.print(result) { Self.text(result) }
    if result.mismatches.isEmpty { return }
    for mismatch in result.mismatches { Terminal.print("lamella: \(mismatch)", to: .standardError) }
    Terminal.print("Check the disk and the memory of this machine, and import it again.", to: .standardError)
    throw AnswerIsNo()
  }

  private static func text(_ report: ImportFiles.Report) -> String {
    var lines: [String] = []
    for map in report.maps {
      let shape = map.shape.map(String.init).joined(separator: " × ")
      var facts = "  \(shape) \(map.dtype), \(Quantity.bytes(Double(map.bytes)))"
      if report.dryRun {
        facts += ", one of the \(map.kind.rawValue)"
      } else {
        // The rate of a few bytes says nothing.
        let rate = map.bytes < 1_000_000 ? "" : " (\(Quantity.bytes(Double(map.bytes) / max(map.seconds, 1e-3)))/s)"
        facts += " in \(Quantity.seconds(map.seconds))\(rate)\(word(map.verified))"
      }
      lines.append("\(map.source) → \(report.file)/\(map.name)")
      lines.append(facts)
      lines += map.notes.map { "  \($0)" }
    }
    for map in report.present {
      lines.append("\(map.source): is in \(report.file)/\(map.name) already\(word(map.verified))")
    }
    if let series = report.series {
      lines.append("series \(series.name): \(series.maps.joined(separator: ", "))")
      if let tilts = series.tiltAlpha {
        let words = tilts.map { tilt in tilt.map { "\(Quantity.significant($0, digits: 4))°" } ?? "unknown" }
        lines.append("  tilts: \(words.joined(separator: ", "))")
      }
    }
    lines += report.skipped.map { "skipped \($0.file): \($0.problem)" }
    if report.dryRun { lines.append("nothing was written") }
    return lines.joined(separator: "\n")
  }

  private static func word(_ isVerified: Bool?) -> String {
    switch isVerified {
    case true?: ", verified"
    case false?: ", not the same as the source"
    case nil: ""
    }
  }
}
