import Formats

/// Lists the formats that can be read and written.
public struct ListFormats: Sendable {
  public init() {}

  public struct Report: Codable, Hashable, Sendable {
    public struct Format: Codable, Hashable, Sendable {
      public var name: String
      /// Lower case, without the dot; the most usual first.
      public var extensions: [String]
      public var reads: Bool
      public var writes: Bool
      /// What is read, in one sentence; empty for what is only written.
      public var summary: String
      /// What the import takes for this format beyond what it takes for all, as it is typed.
      public var options: [String]
    }

    public var formats: [Format]
    /// What the import takes for every format, as it is typed.
    public var options: [String]
  }

  public func run() -> Report {
    var formats = FormatCatalogue.readers.map { reader in
      let options = ReadingOption.allCases.filter { reader.options.contains($0) }.map { "--\($0.rawValue)" }
      return Report.Format(
        name: reader.name, extensions: reader.extensions, reads: true, writes: false, summary: reader.summary, options: options)
    }
    for writer in ExportCatalogue.writers { Self.note(writer.name, writer.extensions, in: &formats) }
    // Files of ours, which the store writes, are HyperSpy's too.
    Self.note(HyperSpyReader.name, ["hspy"], in: &formats)
    formats.sort { $0.name.lowercased() < $1.name.lowercased() }
    return Report(formats: formats, options: ["--format", "--axes", "--downsample", "--energy-cutoff"])
  }

  private static func note(_ name: String, _ extensions: [String], in formats: inout [Report.Format]) {
    guard let index = formats.firstIndex(where: { $0.name == name }) else {
      return formats.append(.init(name: name, extensions: extensions, reads: false, writes: true, summary: "", options: []))
    }
    formats[index].writes = true
    formats[index].extensions += extensions.filter { !formats[index].extensions.contains($0) }
  }
}
