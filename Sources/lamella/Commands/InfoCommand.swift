import Arguments
import Foundation
import Workflows

struct InfoCommand: Command {
  static let name = "info"
  static let summary = "List what a file holds"
  static let examples = [
    Example("For people", "lamella info session.hspy"),
    Example("For programs", "lamella info session.hspy --json"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  var report = ReportOptions()

  func run() throws {
    let description = try DescribeFile(file.string).run()
    try report.print(description) { Self.text(description) }
  }

  private static func text(_ report: DescribeFile.Report) -> String {
    var lines = [report.file]
    if report.maps.isEmpty { lines.append("  no maps") }
    for map in report.maps {
      lines +=
        ["", "\(map.name)  \(map.title == map.name ? "" : map.title)".trimmed] + text(map).map { "  \($0)" }
    }
    for series in report.series {
      lines += ["", "series \(series.name): \(series.maps.joined(separator: ", "))"]
      lines += text(series.results, unfinished: series.unfinished).map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ map: DescribeFile.Report.DescribedMap) -> [String] {
    let shape = map.shape.map(String.init).joined(separator: " × ")
    var lines = [
      "\(shape) \(map.dtype)  \(Quantity.bytes(Double(map.bytes))), \(Quantity.bytes(Double(map.storedBytes))) in the file"
    ]
    let facts = [
      map.signalType, map.quantity, map.beamEnergy.map { "\(Quantity.significant($0, digits: 4)) keV" } ?? "",
      map.elements.joined(separator: " "),
    ].filter { !$0.isEmpty }
    if !facts.isEmpty { lines.append(facts.joined(separator: "  ")) }
    var axes = Table("axis", ">size", ">scale", ">offset", "units")
    for axis in map.axes {
      axes.add(
        axis.name, String(axis.size), Quantity.significant(axis.scale, digits: 6),
        Quantity.significant(axis.offset, digits: 6), axis.units)
    }
    lines += axes.lines()
    lines += text(map.results, unfinished: map.unfinished)
    if !map.masks.isEmpty { lines.append("masks: \(map.masks.joined(separator: ", "))") }
    if !map.images.isEmpty { lines.append("images: \(map.images.joined(separator: ", "))") }
    if let digest = map.digest { lines.append("sha256 \(digest)") }
    return lines
  }

  private static func text(_ results: [DescribeFile.Report.DescribedResult], unfinished: [String]) -> [String] {
    var table = Table("result", "by", "on", "arrays", "numbers")
    for result in results {
      let numbers = result.numbers.sorted { $0.key < $1.key }
        .map { "\($0.key) \(Quantity.significant($0.value, digits: 6))" }
      table.add(
        result.name, result.operation,
        String(result.date.prefix(16)).split(separator: "T").joined(separator: " "),
        result.arrays.joined(separator: ", "), numbers.joined(separator: ", "))
    }
    return table.lines() + unfinished.map { "\($0): not finished; run it again to go on" }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
