import Arguments
import Workflows

struct SeriesCommand: Command {
  static let name = "series"
  static let summary = "Name maps that are processed as one matrix"
  static let discussion = """
    The maps keep their places; the series links to them, in the order given. They must have the same number of \
    channels. A map of another file stays there: keep both files in one folder.
    """
  static let examples = [
    Example("Two maps of one file", "lamella series session.hspy all grain boundary"),
    Example("Maps of another file too", "lamella series session.hspy both grain crack --from older.hspy"),
    Example("Then", "lamella nmf session.hspy --series all --components 4"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("The name of the series.") var name: String
  @Argument("The maps, in their order.", placeholder: "MAP") var maps: [String]
  @Option("Take the maps from this file, where it holds them.", placeholder: "OTHERFILE") var from: FilePath?
  var report = ReportOptions()

  func run() throws {
    let result = try DefineSeries(file.string, name: name, maps: maps, otherFile: from?.string).run()
    try report.print(result) {
      var table = Table("map", ">shape", "file")
      for member in result.maps {
        table.add(member.map, member.shape.map(String.init).joined(separator: " × "), member.file)
      }
      return
        (["series \(result.series): \(result.pixels) pixels of \(result.channels) channels"]
        + table.lines(indent: 2))
        .joined(separator: "\n")
    }
  }
}
