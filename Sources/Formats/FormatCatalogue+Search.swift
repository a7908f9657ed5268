extension FormatCatalogue {
  /// The reader for a file that a search came upon; nil where nothing says that it is of any format.
  ///
  /// A file without a header is one only with a JSON file beside it, or with the usual extensions where the options say what it
  /// holds. A format that the options name takes the files that it recognises and those of its extensions.
  public static func readerOfFound(
    _ path: String, options: ImportOptions = ImportOptions()
  ) throws(FormatError) -> (any FormatReader.Type)? {
    let suffix = fileExtension(of: path)
    let bytes = try FileBytes(path, format: "import").read(upTo: firstByteCount)
    if options.format != nil {
      let wanted = try reader(for: path, options: options)
      return wanted.extensions.contains(suffix) || wanted.recognises(path, firstBytes: bytes) ? wanted : nil
    }
    if let reader = readers.first(where: { $0.recognises(path, firstBytes: bytes) }) { return reader }
    let isDescribed = options.shape != nil || options.type != nil
    if isDescribed, suffix == "raw" || BareBinaryReader.extensions.contains(suffix) { return BareBinaryReader.self }
    return readers.first { $0.name != BareBinaryReader.name && $0.extensions.contains(suffix) }
  }

  /// Refuses what the user said about files if none of their formats has a use for it.
  public static func demandUse(
    of options: ImportOptions, by used: [any FormatReader.Type], file: String
  ) throws(FormatError) {
    for option in ReadingOption.allCases where options.says(option) {
      if used.contains(where: { $0.options.contains(option) }) { continue }
      let fitting = readers.filter { $0.options.contains(option) }.map { $0.name }
      var names: [String] = []
      for reader in used where !names.contains(reader.name) { names.append(reader.name) }
      throw FormatError(
        names.isEmpty ? "Lamella" : names.joined(separator: ", "), file: file, field: "--\(option.rawValue)",
        names.count < 2 ? "the format has no use for it" : "none of the formats has a use for it",
        advice: fitting.isEmpty
          ? "No format has a use for it: leave it out." : "Leave it out; it is for \(fitting.joined(separator: ", ")).")
    }
  }
}

extension ImportOptions {
  /// Whether the user said this.
  public func says(_ option: ReadingOption) -> Bool {
    switch option {
    case .shape: shape != nil
    case .dtype: type != nil
    case .byteOrder: byteOrder != nil
    case .offset: offset != nil
    case .dataset: dataset != nil
    case .followsLinks: followsForeignLinks
    case .frames: frames != nil
    case .keepsFrames: keepsFrames
    case .separatesDetectors: separatesDetectors
    case .correctsDrift: correctsDrift
    }
  }
}
