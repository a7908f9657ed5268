/// All formats that can be read, and the choice of one for a file.
public enum FormatCatalogue {
  /// In the order in which they are asked whether they recognise a file: the surest signature first.
  public static let readers: [any FormatReader.Type] = [
    NumPyReader.self, NumPyArchiveReader.self, EMSAReader.self, MRCReader.self, GatanReader.self, BrukerMapReader.self,
    BrukerSpectrumReader.self, TIAReader.self, JEOLReader.self, VeloxReader.self, HyperSpyReader.self, EMDReader.self,
    GatanHDF5Reader.self, NeXusReader.self, HDF5DatasetReader.self, TIFFReader.self, RippleReader.self, BareBinaryReader.self,
  ]

  /// Bytes of a file that are shown to the readers.
  public static let firstByteCount = 4096

  /// The reader for a file: the one asked for, else the one that knows its content, else the one that owns its extension.
  public static func reader(for path: String, options: ImportOptions = ImportOptions()) throws(FormatError)
    -> any FormatReader.Type
  {
    if let wanted = options.format {
      if let reader = readers.first(where: { $0.name.lowercased() == wanted.lowercased() })
        ?? readers.first(where: { $0.extensions.contains(wanted.lowercased()) })
      {
        return reader
      }
      throw FormatError(
        "import", file: path, field: "format \(wanted)", "there is no such format", advice: supportedFormats)
    }
    let bytes = try FileBytes(path, format: "import").read(upTo: firstByteCount)
    if let reader = readers.first(where: { $0.recognises(path, firstBytes: bytes) }) { return reader }
    if options.shape != nil || options.type != nil { return BareBinaryReader.self }
    let suffix = fileExtension(of: path)
    if let reader = readers.first(where: { $0.extensions.contains(suffix) }) { return reader }
    throw FormatError(
      "import", file: path, "the format is not known, by content or by the extension '\(suffix)'",
      advice: supportedFormats)
  }

  /// All maps of a file.
  public static func read(_ path: String, options: ImportOptions = ImportOptions()) throws(FormatError) -> [ImportedMap] {
    var maps = try reader(for: path, options: options).read(path, options: options)
    if let axes = options.axes {
      for index in maps.indices { try maps[index].metadata.apply(axes, file: path) }
    }
    return try Reduction(options, file: path).apply(to: maps)
  }

  /// One sentence that names every format and its extensions.
  public static var supportedFormats: String {
    let names = readers.map { reader in
      "\(reader.name) (\(reader.extensions.map { ".\($0)" }.joined(separator: ", ")))"
    }
    return "Supported formats: \(names.joined(separator: ", "))."
  }
}

/// What follows the last dot of the file's name, in lower case; empty when there is none.
func fileExtension(of path: String) -> String {
  let name = fileName(of: path)
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
  return name[name.index(after: dot)...].lowercased()
}

/// The name of a file without its folder.
func fileName(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The name of a file without its folder and its extension.
func fileStem(of path: String) -> String {
  let name = fileName(of: path)
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
  return String(name[..<dot])
}
