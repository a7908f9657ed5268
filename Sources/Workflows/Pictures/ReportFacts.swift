import Figures
import Foundation
import Microscopy
import Store

/// What is known about objects, in words.
enum ReportFacts {
  /// A name of a field as words.
  static func word(_ name: String) -> String { name.split(separator: "_").joined(separator: " ") }

  static func map(_ map: Map, _ metadata: MapMetadata) throws -> ReportPage.Facts {
    var entries: [(name: String, value: String)] = []
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { entries.append((name, value)) }
    }
    if metadata.title != map.name { add("title", metadata.title) }
    add("shape", map.shape.map(String.init).joined(separator: " × ") + " \(map.type.rawValue)")
    add("quantity", metadata.quantity)
    add("sample", metadata.sample.name)
    add("description", metadata.sample.description)
    add("elements", metadata.sample.elements.joined(separator: " "))
    add("thickness", metadata.sample.thickness.map { "\(NumberText.significant($0, digits: 5)) nm" })
    add("density", metadata.sample.density.map { "\(NumberText.significant($0, digits: 5)) g/cm³" })
    add("acquired", metadata.acquired)
    add("authors", metadata.authors)
    add("notes", metadata.notes)
    add("original file", metadata.originalFile)
    add("microscope", metadata.instrument.microscope)
    add("mode", metadata.instrument.acquisitionMode)
    add("detector", metadata.instrument.detector)
    add("detector type", metadata.instrument.detectorType)
    for quantity in Instrument.quantities {
      add(
        quantity.name,
        quantity.value(metadata.instrument).map {
          "\(NumberText.significant($0, digits: 6)) \(quantity.units)".trimmingCharacters(in: .whitespaces)
        })
    }
    add("SHA-256", try map.digest)
    return .init("", entries)
  }

  static func axes(_ axes: [Axis]) -> ReportPage.Table {
    .init(
      "Axes",
      [
        .init("axis", axes.map(\.name)),
        .init("role", axes.map(\.role.rawValue)),
        .init("size", isNumeric: true, axes.map { String($0.size) }),
        .init("step", isNumeric: true, axes.map { $0.values == nil ? NumberText.significant($0.scale, digits: 6) : "varies" }),
        .init(
          "start", isNumeric: true, axes.map { NumberText.significant($0.size > 0 ? $0.value(at: 0) : $0.offset, digits: 6) }),
        .init("unit", axes.map { UnitText.shown($0.units) }),
      ])
  }

  static func masks(_ masks: [Mask]) -> ReportPage.Table {
    .init(
      "",
      [
        .init("mask", masks.map(\.name)),
        .init("pixels", isNumeric: true, masks.map { String($0.count) }),
        .init(
          "part of the map", isNumeric: true,
          masks.map { "\(NumberText.significant(100 * Double($0.count) / Double(max(1, $0.pixels.count)), digits: 3)) %" }),
        .init("made by", masks.map { $0.provenance?.operation ?? "" }),
      ])
  }

  static func provenance(_ made: Provenance, of name: String? = nil) -> ReportPage.Facts {
    var entries: [(name: String, value: String)] = []
    func add(_ name: String, _ value: String) { if !value.isEmpty { entries.append((name, value)) } }
    add("operation", made.operation)
    add(
      "date", String(made.started.prefix(19)).split(separator: "T").joined(separator: " ") + (made.started.isEmpty ? "" : " UTC"))
    if made.duration > 0 { add("duration", "\(NumberText.significant(made.duration, digits: 3)) s") }
    for (name, value) in parameters(made) { add(name, value) }
    for input in made.inputs {
      let place = [input.file, input.path == "/" ? nil : input.path].compactMap(\.self).joined(separator: ", ")
      add("input", place + (input.sha256.map { "\nSHA-256 \($0)" } ?? ""))
    }
    add(
      "program",
      [made.program, made.version, made.commit.isEmpty ? "" : "(\(made.commit.prefix(12)))"].filter { !$0.isEmpty }
        .joined(separator: " "))
    add("machine", "\(made.machine.processor), \(made.machine.cores) cores, \(made.machine.system)")
    add("note", made.note)
    return .init((name.map { "\($0): " } ?? "") + "how it was made", entries, isFolded: true)
  }

  /// The parameters one by one, those within others behind a dot.
  private static func parameters(_ made: Provenance) -> [(String, String)] {
    do {
      return flat(try made.parameters(as: MetadataTree.self), "")
    } catch {
      // Parameters that another program wrote in its own way are shown as they are.
      return [("parameters", made.parameters)]
    }
  }

  private static func flat(_ tree: MetadataTree, _ name: String) -> [(String, String)] {
    if case .dictionary(let entries) = tree {
      return entries.sorted { $0.key < $1.key }.flatMap { flat($1, name.isEmpty ? $0 : "\(name).\($0)") }
    }
    return [(name.isEmpty ? "parameters" : name, value(tree))]
  }

  private static func value(_ tree: MetadataTree) -> String {
    switch tree {
    case .null: ""
    case .boolean(let value): value ? "yes" : "no"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .real(let value): NumberText.significant(value, digits: 6)
    case .text(let value): value
    case .list(let values):
      values.prefix(12).map(value).joined(separator: ", ") + (values.count > 12 ? ", … (\(values.count) in all)" : "")
    case .dictionary(let values): "{\(values.sorted { $0.key < $1.key }.map { "\($0): \(value($1))" }.joined(separator: ", "))}"
    }
  }
}
