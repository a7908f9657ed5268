import Arguments
import Workflows

struct RemoveCommand: Command {
  static let name = "remove"
  static let summary = "Take maps, results, masks, images, series or models out of a file"
  static let discussion = """
    All of the objects go, or none. What other objects were made from is kept unless --force is given; a map of a series goes \
    only with the series. The space is free for new objects; lamella repack gives it back to the disk.
    """
  static let examples = [
    Example("A result", "lamella remove session.hspy grain/results/nmf"),
    Example("A map with everything made from it", "lamella remove session.hspy grain --force"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument(
    "Paths as lamella history lists them, or names that only one object has.", placeholder: "OBJECT") var objects: [String]
  @Flag("Remove what other objects were made from, too.") var force: Bool
  var report = ReportOptions()

  func run() throws {
    var job = RemoveObjects(file.string, objects)
    job.isForced = force
    let result = try job.run()
    try report.print(result) {
      (result.removed.map { "removed the \($0.kind) \($0.path)" }
        + result.orphans.map { "\($0) was made from what is gone" }).joined(separator: "\n")
    }
  }
}
