internal import Foundation
internal import Microscopy

/// What image programs write into the description of the first page: ImageJ, OME; JEOL and Hamamatsu have theirs there too.
extension TIFFDescription {
  mutating func readImageDescription(_ directory: TIFFDirectory, _ page: TIFFPage) throws(FormatError) {
    guard let text = try directory.text(270) else { return }
    let software = try directory.text(305) ?? ""
    if text.hasPrefix("ImageJ=") {
      try readImageJ(Self.lines(text), directory)
    } else if text.contains("<OME") {
      readOME(text, directory)
    } else if try directory.text(271) == "JEOL Ltd." {
      try readJEOLReport(text, directory)
    } else if software.hasPrefix("HPD-TA"), authors?.hasPrefix("Copyright Hamamatsu") ?? false {
      authors = nil
      try readStreak(text, directory, page)
    } else if comment == nil, text.count < 4096, !text.hasPrefix("{") {
      comment = text
    }
  }

  static func lines(_ text: String) -> [String: String] { TIFFText.sections(text)[""] ?? [:] }

  /// Pixels per unit are the resolution; the unit and the origin are lines of the description.
  private mutating func readImageJ(_ values: [String: String], _ directory: TIFFDirectory) throws(FormatError) {
    vendor["ImageJ"] = .dictionary(values.mapValues { MetadataTree.value(written: $0) })
    let units = Self.unit(Self.unescaped(values["unit"] ?? ""))
    func step(_ code: Int, _ letter: String) throws(FormatError) -> Step? {
      guard !units.isEmpty, let resolution = try directory.number(code), resolution > 0, resolution.isFinite else { return nil }
      let axisUnits = values["\(letter)unit"].map { Self.unit(Self.unescaped($0)) } ?? units
      let scale = 1 / resolution
      let origin = values["\(letter)origin"].flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil } ?? 0
      return Step(scale: scale, offset: origin == 0 ? 0 : -origin * scale, units: axisUnits)
    }
    // Tags of Gatan's that are there as well are as good and say more.
    if x == nil { x = try step(282, "x") }
    if y == nil { y = try step(283, "y") }
    if z == nil, let spacing = values["spacing"].flatMap(Double.init), spacing.isFinite, spacing != 0 {
      z = Step(scale: spacing, units: values["zunit"].map { Self.unit(Self.unescaped($0)) } ?? units)
    }
  }

  /// "\u00B5m" with the sign written out.
  private static func unescaped(_ text: String) -> String {
    guard let mark = text.range(of: "\\u"), let code = UInt32(text[mark.upperBound...].prefix(4), radix: 16),
      let scalar = Unicode.Scalar(code)
    else { return text }
    return text[..<mark.lowerBound] + String(scalar) + text[mark.upperBound...].dropFirst(4)
  }

  private mutating func readOME(_ text: String, _ directory: TIFFDirectory) {
    guard let tree = try? MetadataTree.xml(Array(text.utf8), format: TIFFReader.name, file: directory.file.path) else {
      notes.append("The OME description is no sound XML and was left out.")
      return
    }
    vendor["OME"] = tree["OME"] ?? tree
    guard let pixels = Self.omePixels(tree) else { return }
    func step(_ letter: String) -> Step? {
      guard let size = pixels["@PhysicalSize\(letter)"]?.number, size > 0, size.isFinite else { return nil }
      return Step(scale: size, units: Self.unit(pixels["@PhysicalSize\(letter)Unit"]?.text ?? "µm"))
    }
    x = step("X")
    y = step("Y")
    if let date = tree[path: "OME.Image.AcquisitionDate"]?.text { acquired = date }
    if let name = tree[path: "OME.Image.@Name"]?.text { title = name }
  }

  /// Of the only image; files of several are stacks of their own.
  static func omePixels(_ tree: MetadataTree) -> MetadataTree? {
    guard let pixels = tree[path: "OME.Image.Pixels"], case .dictionary = pixels else { return nil }
    return pixels
  }
}
