internal import Foundation
internal import Microscopy

/// Reads Lispix' Ripple: a text header .rpl and its values in a .raw file beside it; either may be given.
public enum RippleReader: FormatReader {
  public static let name = RippleHeader.format
  public static let extensions = ["rpl", "raw"]
  public static let summary = "A bare binary file with a text file that describes it."
  public static let options: Set<ReadingOption> = []

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard !firstBytes.contains(0) else { return false }
    return TextLines(firstBytes).contains {
      $0.text.lowercased().split(whereSeparator: \.isWhitespace) == ["key", "value"]
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let isRaw = fileExtension(of: path) == "raw"
    guard let partner = sibling(of: path, extension: isRaw ? "rpl" : "raw") else {
      throw FormatError(
        name, file: path, "there is no \(fileStem(of: path)).\(isRaw ? "rpl" : "raw") beside it",
        advice: isRaw
          ? "Put the .rpl header beside it, or say what a bare file holds with --shape and --dtype."
          : "Put the .raw file with the values beside it, under the same name.")
    }
    let headerBytes = try FileBytes(isRaw ? partner : path, format: name)
    let header = try RippleHeader(try headerBytes.read(upTo: 1 << 20), file: headerBytes.path)
    let values = try FileBytes(isRaw ? path : partner, format: name)
    return [try map(header, values)]
  }

  private static func map(_ header: RippleHeader, _ values: FileBytes) throws(FormatError) -> ImportedMap {
    let width = try header.count("width", default: 1)
    let height = try header.count("height", default: 1)
    let depth = try header.count("depth", default: 1)
    for (key, size) in [("width", width), ("height", height), ("depth", depth)] where size == 0 {
      throw header.error(key, "is 0", advice: "There are no values to read; check the header.")
    }
    let record = try header.record()
    let type = try header.type()
    var notes: [String] = []
    var axes: [Axis]
    // Positions among depth, height, width on disk, slowest first.
    var diskOrder: [Int]?
    let isImageStack = record == .image && !header.depthIsEnergy
    if depth == 1, height > 1 || width > 1, record != .vector || (height > 1 && width > 1) {
      axes = [
        header.axis("height", size: height, defaultName: "y", role: .signal),
        header.axis("width", size: width, defaultName: "x", role: .signal),
      ]
      if height == 1 || width == 1 { axes.removeAll { $0.size == 1 } }
    } else if isImageStack, height > 1 || width > 1 {
      axes = [
        header.axis("depth", size: depth, defaultName: "z", role: .navigation),
        header.axis("height", size: height, defaultName: "y", role: .signal),
        header.axis("width", size: width, defaultName: "x", role: .signal),
      ]
      axes.removeAll { $0.size == 1 }
    } else {
      if record == .either, height > 1 || width > 1 {
        notes.append("The header does not say whether spectra or images follow each other; spectra are assumed.")
      }
      axes = [
        header.axis("height", size: height, defaultName: "y", role: .navigation),
        header.axis("width", size: width, defaultName: "x", role: .navigation),
      ].filter { $0.size > 1 }
      axes.append(header.axis("depth", size: depth, defaultName: "energy", role: .signal))
      if record == .image { diskOrder = [axes.count - 1] + Array(0..<axes.count - 1) }
    }
    let array = try StridedFile(
      values, offset: try header.count("offset", default: 0), shape: axes.map(\.size), type: type,
      byteOrder: try header.byteOrder(), diskOrder: diskOrder)
    if array.trailingByteCount > 0 {
      notes.append("\(array.trailingByteCount) bytes of \(fileName(of: values.path)) behind the values are not used.")
    }
    let metadata = header.metadata(axes: axes)
    let stem = fileStem(of: header.file)
    return ImportedMap(
      suggestedName: metadata.title.isEmpty ? stem : metadata.title, metadata: metadata, type: type, array: array,
      notes: notes, files: [header.file, values.path])
  }
}

/// The file of the same name with another extension, whatever its case.
func sibling(of path: String, extension suffix: String) -> String? {
  let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
  let stem = fileStem(of: path)
  let prefix = path.contains("/") ? folder + "/" : ""
  for candidate in [suffix, suffix.uppercased(), suffix.capitalized] {
    let name = "\(prefix)\(stem).\(candidate)"
    if FileManager.default.fileExists(atPath: name) { return name }
  }
  return nil
}
