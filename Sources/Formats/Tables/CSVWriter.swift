internal import Blocks
internal import Foundation
internal import Microscopy

/// Writes spectra as a table of comma-separated values (RFC 4180): the calibrated signal axis, then a column per spectrum.
///
/// The first line names the columns: the signal axis with its units, then each spectrum by its place on the navigation axes.
public enum CSVWriter: FormatWriter {
  public static let name = "comma-separated values"
  public static let extensions = ["csv"]
  /// More columns than this are a map, and no spreadsheet opens them.
  private static let greatestColumnCount = 4096

  public static func refusal(of map: ExportedMap) -> String? {
    guard map.array.elementCount > 0, let last = map.metadata.axes.last else { return "there are no values" }
    if map.type.isComplex { return "its values are real, and these are complex" }
    let columns = map.array.elementCount / last.size
    if map.metadata.axes.count > 1, map.metadata.axes.suffix(2).allSatisfy({ $0.role == last.role }) {
      return "it holds spectra, and this is an image"
    }
    return columns > greatestColumnCount
      ? "it holds up to \(greatestColumnCount) spectra, and there are \(columns)" : nil
  }

  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    guard let signal = map.metadata.axes.last else { return [] }
    let file = try AtomicFile(path, format: name)
    let heading = signal.units.isEmpty ? signal.name : "\(signal.name) (\(signal.units))"
    try file.write(([heading] + columnNames(map.metadata)).map(quoted).joined(separator: ",") + "\r\n")
    // A piece of the signal axis at a time, so that the texts of a long table need not be in memory together.
    let columns = map.array.elementCount / signal.size
    let step = max(1, (1 << 18) / columns)
    var box = map.array.wholeBox
    for start in stride(from: 0, to: signal.size, by: step) {
      let range = start..<min(start + step, signal.size)
      box[box.count - 1] = range
      let values = map.type.texts(try map.array.read(box))
      var text = ""
      for index in range {
        text += "\(signal.value(at: index))"
        for column in 0..<columns { text += ",\(values[column * range.count + index - start])" }
        text += "\r\n"
      }
      try file.write(text)
    }
    try file.commit()
    return [path]
  }

  private static func columnNames(_ metadata: MapMetadata) -> [String] {
    let axes = metadata.axes.dropLast()
    guard !axes.isEmpty else {
      if !metadata.title.isEmpty { return [metadata.title] }
      return [metadata.quantity.isEmpty ? "intensity" : metadata.quantity]
    }
    return axes.reduce([""]) { names, axis in
      // Components are counted from 1 wherever they are named, pixels from 0.
      let first = axis.name == "component" ? 1 : 0
      return names.flatMap { name in (first..<first + axis.size).map { "\(name.isEmpty ? "" : name + " ")\(axis.name) \($0)" } }
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }
}
