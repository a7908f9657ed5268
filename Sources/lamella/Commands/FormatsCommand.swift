import Arguments
import Workflows

struct FormatsCommand: Command {
  static let name = "formats"
  static let summary = "List the formats that can be read and written"
  static let discussion = """
    The import knows a file by its content, else by its extension; the export goes by the extension alone. The options \
    are those of the import that the format has a use for.
    """
  static let examples = [
    Example("For people", "lamella formats"),
    Example("For programs", "lamella formats --json"),
  ]

  var report = ReportOptions()

  func run() throws {
    let formats = ListFormats().run()
    try report.print(formats) {
      var table = Table("format", "extensions", "", "", "options")
      for format in formats.formats {
        table.add(
          format.name, format.extensions.map { ".\($0)" }.joined(separator: " "), format.reads ? "reads" : "",
          format.writes ? "writes" : "", format.options.joined(separator: " "))
      }
      return (table.lines() + ["", "With every format: \(formats.options.joined(separator: " "))"]).joined(separator: "\n")
    }
  }
}
