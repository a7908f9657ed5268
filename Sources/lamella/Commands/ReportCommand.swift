import Arguments
import Workflows

struct ReportCommand: Command {
  static let name = "report"
  static let summary = "Write one page of HTML with everything in a file"
  static let discussion = """
    The page holds every map, image, mask, series and result with pictures, numbers and how each was made. It needs nothing \
    but itself: no network, no script; it can be sent by mail and read on a phone.
    """
  static let examples = [Example("A page to send to a colleague", "lamella report session.hspy -o session.html")]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The page to write.", short: "o", placeholder: "OUT") var output: FilePath
  @Option(
    "Maps that take more room in the file are not summed for their pictures.", placeholder: "SIZE")
  var sumLimit = ByteCount(2 << 30)
  @Flag("Take the place of a file that is there.") var replace: Bool
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var job = WriteReport(file.string, output: output.string)
    job.sumLimit = sumLimit.bytes
    job.replaces = replace
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      var lines = [
        "\(result.output): \(result.maps) maps, \(result.results) results, \(result.pictures) pictures, "
          + "\(Quantity.bytes(Double(result.bytes))), \(Quantity.seconds(result.seconds))"
      ]
      lines += result.problems.map { "not shown: \($0)" }
      return lines.joined(separator: "\n")
    }
  }
}
