import Arguments
import Foundation
import Microscopy
import Workflows

struct InfoCommand: Command {
  static let name = "info"
  static let summary = "List what a file holds, imported or not"
  static let discussion = """
    Of a file of a microscope only the headers are read: its maps, their axes, what is known about sample and \
    instrument, and what can be said to the import of such a file.
    """
  static let examples = [
    Example("For people", "lamella info session.hspy"),
    Example("For programs", "lamella info session.hspy --json"),
    Example("What the microscope wrote", "lamella info scan.bcf --metadata"),
  ]

  @Argument("A Lamella file, or one that can be imported.") var file: FilePath
  @Flag("Tell all metadata, as the vendor wrote them too.") var metadata: Bool
  var source = SourceArguments()
  var part = PartArguments()
  var report = ReportOptions()

  func run() throws {
    var job = DescribeFile(file.string)
    job.isComplete = metadata
    source.apply(to: &job.reading)
    part.apply(to: &job.reading)
    let description = try job.run()
    try report.print(description) { DescriptionText(description, showsMetadata: metadata).text }
  }
}
