import Arguments
import Store
import Workflows

struct RepackCommand: Command {
  static let name = "repack"
  static let summary = "Give back the space in a file that nothing uses any more"
  static let discussion = """
    Removed objects leave holes. The file is written anew beside itself, every digest is compared, the new file is read \
    back, and then takes the place of the old one in one step: a crash at any moment leaves one of the two, whole. The disk \
    needs room for both.
    """
  static let examples = [
    Example("Only the holes", "lamella repack session.hspy"),
    Example("Smaller chunks, compressed harder", "lamella repack session.hspy --chunks 16x16x256 --level 9"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  var layout = LayoutArguments()
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var job = RepackFile(file.string)
    job.layout = layout.options(unlessGiven: .asStored)
    let result = try work.watched { try job.run($0) }
    try report.print(result) {
      let sizes = [result.bytesBefore, result.bytesAfter].map { Quantity.bytes(Double($0)) }
      return (["\(result.file): \(sizes[0]) → \(sizes[1])"] + result.content.lines).joined(separator: "\n")
    }
  }
}

extension CopyReport {
  /// What a copy did, for people.
  var lines: [String] {
    ["\(compared) digests compared; \(rewritten) datasets in new chunks"]
      + (withoutDigest == 0 ? [] : ["\(withoutDigest) datasets have no digest, and were copied as they are"])
      + leftOut.map { "left out \($0.path): \($0.problem)" }
      + outside.map { "\($0.path) \($0.problem): keep that file beside this one" }
  }
}
