extension ImportFiles {
  public struct Report: Codable, Hashable, Sendable {
    public struct ImportedMap: Codable, Hashable, Sendable {
      public var name: String
      /// The file it came from.
      public var source: String
      public var format: String
      public var kind: MapKind
      public var shape: [Int]
      public var dtype: String
      public var bytes: Int
      public var digest: String?
      public var seconds: Double
      /// What the reader had to decide or leave out.
      public var notes: [String]
      /// Whether the values in the file are those of the source; nil where they were not compared.
      public var verified: Bool?
      /// How they differ where they do.
      public var mismatch: String?
    }

    /// A map that was in the file before, from the same source.
    public struct PresentMap: Codable, Hashable, Sendable {
      public var name: String
      public var source: String
      public var verified: Bool?
      public var mismatch: String?
    }

    /// A file that was found and could not be imported.
    public struct SkippedFile: Codable, Hashable, Sendable {
      public var file: String
      public var problem: String

      init(_ file: String, _ error: any Error) {
        self.file = file
        let line = "\(error)".firstLine
        problem = line.hasPrefix("\(file): ") ? String(line.dropFirst(file.count + 2)) : line
      }

      init(file: String, problem: String) {
        self.file = file
        self.problem = problem
      }
    }

    public struct SeriesOfMaps: Codable, Hashable, Sendable {
      public var name: String
      /// In their order.
      public var maps: [String]
      /// degrees, one for each map; nil where they do not differ.
      public var tiltAlpha: [Double?]?
    }

    public var file: String
    /// Whether nothing was done, and this is what would be.
    public var dryRun: Bool
    public var maps: [ImportedMap]
    public var present: [PresentMap]
    public var skipped: [SkippedFile]
    public var series: SeriesOfMaps?

    /// How maps differ from their sources; empty where none does, or none was compared.
    public var mismatches: [String] { maps.compactMap(\.mismatch) + present.compactMap(\.mismatch) }
  }
}
