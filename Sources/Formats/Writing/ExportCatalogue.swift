/// All formats that can be written, and the choice of one by the extension of the file.
public enum ExportCatalogue {
  public static let writers: [any FormatWriter.Type] = [
    RippleWriter.self, NumPyWriter.self, EMSAWriter.self, CSVWriter.self, TIFFWriter.self, PNGWriter.self,
  ]

  /// The writer that a file's extension asks for.
  public static func writer(for path: String) throws(FormatError) -> any FormatWriter.Type {
    let suffix = fileExtension(of: path)
    if let writer = writers.first(where: { $0.extensions.contains(suffix) }) { return writer }
    throw FormatError(
      "export", file: path, suffix.isEmpty ? "has no extension" : "the extension '\(suffix)' is not known",
      advice: "Formats that can be written: \(list(writers)).")
  }

  /// Writes a map in the format that the extension names; returns the files written.
  ///
  /// - Throws: `FormatError`, or what the source of the values throws.
  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    let writer = try writer(for: path)
    if let refusal = writer.refusal(of: map) {
      let fitting = writers.filter { $0.refusal(of: map) == nil }
      throw FormatError(
        writer.name, file: path, "cannot hold this: \(refusal)",
        advice: fitting.isEmpty ? "Export it as .hspy." : "Formats that can: \(list(fitting)).")
    }
    return try writer.write(map, to: path)
  }

  private static func list(_ writers: [any FormatWriter.Type]) -> String {
    writers.map { writer in "\(writer.name) (\(writer.extensions.map { ".\($0)" }.joined(separator: ", ")))" }
      .joined(separator: ", ")
  }
}
