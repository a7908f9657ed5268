import Foundation
import Microscopy
import Workflows

/// What `info` says of a file to people.
struct DescriptionText {
  private let report: DescribeFile.Report
  /// Whether what is known about sample and instrument is told of Lamella files too.
  private let showsMetadata: Bool

  init(_ report: DescribeFile.Report, showsMetadata: Bool) {
    self.report = report
    self.showsMetadata = showsMetadata
  }

  private var isForeign: Bool { report.format != "Lamella" }

  var text: String {
    var lines = [isForeign ? "\(report.file)  \(report.format)" : report.file]
    if report.maps.isEmpty { lines.append("  no maps") }
    for map in report.maps {
      lines +=
        ["", "\(map.name)  \(map.title == map.name ? "" : map.title)".trimmed] + text(map).map { "  \($0)" }
    }
    for series in report.series {
      lines += ["", "series \(series.name): \(series.maps.joined(separator: ", "))"]
      lines += text(series.results, unfinished: series.unfinished).map { "  \($0)" }
    }
    if isForeign, !report.options.isEmpty { lines += ["", "the import takes \(report.options.joined(separator: " "))"] }
    return lines.joined(separator: "\n")
  }

  private func text(_ map: DescribeFile.Report.DescribedMap) -> [String] {
    let shape = map.shape.map(String.init).joined(separator: " × ")
    let stored = map.storedBytes.map { ", \(Quantity.bytes(Double($0))) in the file" } ?? ""
    var lines = ["\(shape) \(map.dtype)  \(Quantity.bytes(Double(map.bytes)))\(stored)"]
    let facts = [
      map.signalType, map.quantity, map.beamEnergy.map { "\(Quantity.significant($0, digits: 4)) keV" } ?? "",
      map.elements.joined(separator: " "),
    ].filter { !$0.isEmpty }
    if !facts.isEmpty { lines.append(facts.joined(separator: "  ")) }
    var axes = Table("axis", ">size", ">scale", ">offset", "units")
    for axis in map.axes {
      let ends = axis.values.map { [$0.first, $0.last].compactMap { $0.map { Quantity.significant($0, digits: 6) } } }
      axes.add(
        axis.name, String(axis.size), ends == nil ? Quantity.significant(axis.scale, digits: 6) : "uneven",
        ends?.joined(separator: " … ") ?? Quantity.significant(axis.offset, digits: 6), axis.units)
    }
    lines += axes.lines()
    if isForeign || showsMetadata { lines += text(map.metadata) }
    lines += map.notes
    if map.files.count > 1 { lines.append("files: \(map.files.joined(separator: ", "))") }
    lines += text(map.results, unfinished: map.unfinished)
    if !map.masks.isEmpty { lines.append("masks: \(map.masks.joined(separator: ", "))") }
    if !map.images.isEmpty { lines.append("images: \(map.images.joined(separator: ", "))") }
    if let digest = map.digest { lines.append("sha256 \(digest)") }
    if let tree = map.hyperspy { lines += ["HyperSpy's metadata:"] + Self.text(tree, depth: 1) }
    if let tree = map.vendor { lines += ["the vendor's metadata:"] + Self.text(tree, depth: 1) }
    return lines
  }

  private func text(_ metadata: DescribeFile.Report.DescribedMetadata) -> [String] {
    let instrument = metadata.instrument
    var facts: [(String, String?)] = [
      ("acquired", metadata.acquired), ("authors", metadata.authors), ("notes", metadata.notes),
      ("sample", metadata.sample.name), ("description", metadata.sample.description),
      ("thickness", metadata.sample.thickness.map { "\(Quantity.significant($0, digits: 6)) nm" }),
      ("density", metadata.sample.density.map { "\(Quantity.significant($0, digits: 6)) g/cm³" }),
      ("microscope", instrument.microscope), ("mode", instrument.acquisitionMode), ("detector", instrument.detector),
      ("detector type", instrument.detectorType), ("frames", instrument.frames.map(String.init)),
    ]
    facts += Instrument.quantities.map { quantity in
      (quantity.name, quantity.value(instrument).map { "\(Quantity.significant($0, digits: 6)) \(quantity.units)".trimmed })
    }
    let known = facts.compactMap { name, value in value.map { (name, $0.split(separator: "\n").joined(separator: " ")) } }
    let width = known.map(\.0.count).max() ?? 0
    return known.map { name, value in "\(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(value)" }
  }

  /// A tree of metadata, a line for each value.
  private static func text(_ tree: MetadataTree, depth: Int) -> [String] {
    let margin = String(repeating: "  ", count: depth)
    guard case .dictionary(let entries) = tree else { return [margin + word(tree)] }
    return entries.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
      switch value {
      case .dictionary where !value.isEmpty: ["\(margin)\(key):"] + text(value, depth: depth + 1)
      case .list(let items) where items.contains { if case .dictionary = $0 { true } else { false } }:
        items.enumerated().flatMap { ["\(margin)\(key)[\($0)]:"] + text($1, depth: depth + 1) }
      default: ["\(margin)\(key): \(word(value))"]
      }
    }
  }

  /// A value in a line; of many, the first.
  private static func word(_ tree: MetadataTree) -> String {
    switch tree {
    case .null: return "–"
    case .boolean(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .unsigned(let value): return "\(value)"
    case .real(let value): return "\(value)"
    case .text(let value):
      let line = value.split(whereSeparator: \.isNewline).joined(separator: " ")
      return line.count > 200 ? "\(line.prefix(200))… (\(line.count) characters)" : line
    case .list(let items):
      let words = items.prefix(12).map(word).joined(separator: ", ")
      return items.count > 12 ? "\(words), … (\(items.count) in all)" : words
    case .dictionary: return "{}"
    }
  }

  private func text(_ results: [DescribeFile.Report.DescribedResult], unfinished: [String]) -> [String] {
    var table = Table("result", "by", "on", "arrays and tables", "numbers")
    for result in results {
      let numbers = result.numbers.sorted { $0.key < $1.key }
        .map { "\($0.key) \(Quantity.significant($0.value, digits: 6))" }
      table.add(
        result.name, result.operation,
        String(result.date.prefix(16)).split(separator: "T").joined(separator: " "),
        (result.arrays + result.tables).joined(separator: ", "), numbers.joined(separator: ", "))
    }
    return table.lines() + unfinished.map { "\($0): not finished; run it again to go on" }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
