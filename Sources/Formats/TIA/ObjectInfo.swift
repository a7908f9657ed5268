internal import Foundation
internal import Microscopy

/// What an .emi file says of one of its objects: the conditions of the microscope and of the acquisition.
///
/// An .emi file is binary; the XML documents in it, from `<ObjectInfo>` to `</ObjectInfo>`, are what is read here.
struct ObjectInfo: Sendable {
  /// The document, with `ExperimentalDescription` and `TrueImageHeaderInfo` as plain tables: `"High tension_kV": 200`.
  let tree: MetadataTree

  /// An element of the document at a path of names.
  func value(_ path: String) -> MetadataTree? { tree[path: path] }

  func text(_ path: String) -> String? {
    guard let value = value(path) else { return nil }
    if let text = value.text { return text.isEmpty ? nil : text }
    return value.number.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) }
  }

  func number(_ path: String) -> Double? {
    guard let value = value(path) else { return nil }
    return (value.number ?? value.text.flatMap { Double($0.trimmingCharacters(in: .whitespaces)) })
      .flatMap { $0.isFinite ? $0 : nil }
  }

  /// A line of the table that TIA shows of the microscope.
  func condition(_ name: String) -> Double? { number("ExperimentalDescription.\(name)") }

  /// Whether there is more than an identifier.
  var isEmpty: Bool { value("AcquireInfo") == nil && value("ExperimentalDescription") == nil && value("AcquireDate") == nil }

  /// Whether it describes an image or a spectrum; nil when it does not say.
  var content: SeriesHeader.Content? {
    if value("DetectorRange.StartX") != nil { return .image }
    if value("DetectorRange.Start") != nil { return .spectrum }
    return nil
  }

  /// Channels of the spectra.
  var channelCount: Int? {
    guard let start = number("DetectorRange.Start"), let end = number("DetectorRange.End") else { return nil }
    return Int(exactly: (end - start).rounded())
  }

  /// When it was acquired.
  var date: ClockDate? { value("AcquireDate")?.text.flatMap { ClockDate($0) } }

  /// Whether it is an image that was taken out of another one.
  var isCopy: Bool { value("OriginalImageUuid") != nil }

  init(_ bytes: [UInt8], at place: Int, file: String) throws(FormatError) {
    // TIA writes the letters of its country into documents that name no encoding.
    let document = try MetadataTree.xml(Array(decodeText(bytes).utf8), at: place, format: TIAReader.name, file: file)
    var tree = document["ObjectInfo"] ?? .empty
    if case .dictionary = tree {} else { tree = .empty }
    if let data = tree[path: "ExperimentalDescription.Root.Data"] {
      tree.replace(["ExperimentalDescription"], by: Self.table(data) { $0["Label"].map(Self.name) })
    }
    if let text = tree["TrueImageHeaderInfo"]?.text,
      let inner = try? MetadataTree.xml(Array(text.utf8), at: place, format: TIAReader.name, file: file),
      let data = inner[path: "Root.Data"]
    {
      tree.replace(["TrueImageHeaderInfo"], by: Self.table(data) { $0["Index"].map(Self.name) })
    }
    self.tree = tree
  }

  private static func name(_ value: MetadataTree) -> String {
    value.text ?? value.number.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) } ?? ""
  }

  /// Lines of a label, a value and a unit as a dictionary; the unit joins the label.
  private static func table(_ data: MetadataTree, _ key: (MetadataTree) -> String?) -> MetadataTree {
    let lines = if case .list(let lines) = data { lines } else { [data] }
    var entries: [String: MetadataTree] = [:]
    for line in lines {
      guard let label = key(line) else { continue }
      let unit = line["Unit"].map(name) ?? ""
      var value = line["Value"] ?? .null
      // "115000" and "0.260" are numbers, whatever zeros they end on.
      if let text = value.text {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        if !unit.isEmpty, let number = Double(trimmed), number.isFinite {
          value = .real(number)
        } else {
          value = .text(trimmed)
        }
      }
      entries[unit.isEmpty ? label : "\(label)_\(unit)"] = value
    }
    return .dictionary(entries)
  }
}
