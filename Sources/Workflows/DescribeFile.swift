import Blocks
public import Formats
public import Microscopy
import Store

/// Lists what a file holds: a Lamella file, or one of any format that can be imported, of which only the headers are read.
public struct DescribeFile: Sendable {
  public var file: String
  /// What the user says about a file that it does not say itself.
  public var reading = Formats.ImportOptions()
  /// Whether the vendor's own metadata are told too.
  public var isComplete = false

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    public struct DescribedAxis: Codable, Hashable, Sendable {
      public var name: String
      public var size: Int
      public var scale: Double
      public var offset: Double
      public var units: String
      /// Where the positions are, when they are not evenly spaced.
      public var values: [Double]?
      /// "navigation" or "signal".
      public var role: String
    }

    public struct DescribedResult: Codable, Hashable, Sendable {
      public var name: String
      public var path: String
      public var operation: String
      /// ISO 8601, UTC.
      public var date: String
      /// Names of its arrays.
      public var arrays: [String]
      /// Names of its tables.
      public var tables: [String]
      public var numbers: [String: Double]
      public var note: String
    }

    public struct DescribedMap: Codable, Hashable, Sendable {
      public var name: String
      public var title: String
      public var signalType: String
      public var quantity: String
      public var shape: [Int]
      public var dtype: String
      public var axes: [DescribedAxis]
      public var chunks: [Int]?
      /// Bytes of the values.
      public var bytes: Int
      /// Bytes they take in a Lamella file.
      public var storedBytes: Int?
      public var results: [DescribedResult]
      /// Results of operations that have not finished, and can be resumed.
      public var unfinished: [String]
      public var masks: [String]
      public var images: [String]
      public var digest: String?
      public var elements: [String]
      /// keV
      public var beamEnergy: Double?
      public var metadata: DescribedMetadata
      /// What the reader had to decide or leave out; of files that were not imported.
      public var notes: [String]
      /// The files that the values and metadata are in, of files that were not imported.
      public var files: [String]
      /// HyperSpy's own tree, where that is asked for and the file has one.
      public var hyperspy: MetadataTree?
      /// The vendor's metadata, where they are asked for.
      public var vendor: MetadataTree?
    }

    /// What is known about a map beside its axes, in the units of `MapMetadata`.
    public struct DescribedMetadata: Codable, Hashable, Sendable {
      /// ISO 8601
      public var acquired: String?
      public var authors: String?
      public var notes: String?
      public var originalFile: String?
      public var sample: Sample
      public var instrument: Instrument

      init(_ metadata: MapMetadata) {
        acquired = metadata.acquired
        authors = metadata.authors
        notes = metadata.notes
        originalFile = metadata.originalFile
        sample = metadata.sample
        instrument = metadata.instrument
      }
    }

    public struct DescribedSeries: Codable, Hashable, Sendable {
      public var name: String
      public var maps: [String]
      public var results: [DescribedResult]
      public var unfinished: [String]
    }

    public var file: String
    /// "Lamella", or as the import knows it.
    public var format: String
    /// What a user may say to the import of a file of this format, as it is typed.
    public var options: [String]
    public var maps: [DescribedMap]
    public var series: [DescribedSeries]
  }

  /// - Throws: `StoreError`, `FormatError`.
  public func run() throws -> Report {
    guard !file.isFolder else {
      throw WorkflowError(
        "\(file) is a folder", advice: "Name a file of it; lamella import \(file) -o OUTPUT --dry-run lists what it holds.")
    }
    // What is no file is refused in the words of the import.
    _ = try FileBytes(file, format: "info")
    let store: Store
    do {
      store = try Store.open(file)
    } catch {
      guard error.kind == .foreign else { throw error }
      return try describeForeign()
    }
    try FormatCatalogue.demandUse(of: reading, by: [], file: file)
    let report = Report(
      file: file, format: "Lamella", options: [], maps: try store.maps.map(describe),
      series: try store.series.map(Self.describe))
    try store.close()
    return report
  }

  private func describeForeign() throws -> Report {
    let reader = try FormatCatalogue.reader(for: file, options: reading)
    let maps = try FormatCatalogue.read(file, options: reading)
    try FormatCatalogue.demandUse(of: reading, by: [reader], file: file)
    let options = ReadingOption.allCases.filter { reader.options.contains($0) }.map { "--\($0.rawValue)" }
    let source = MapName.Source(path: file, isAlone: maps.count == 1, suggestions: maps.map(\.suggestedName))
    let names = MapName.names(of: [source], wished: nil)[0]
    return Report(
      file: file, format: reader.name, options: options,
      maps: zip(maps, names).map { map, name in
        var described = Self.describe(
          map.metadata, name: name, type: map.type, bytes: map.array.byteCount, isComplete: isComplete)
        described.notes = map.notes
        described.files = map.files.isEmpty ? [file] : map.files
        return described
      }, series: [])
  }

  private static func describe(
    _ metadata: MapMetadata, name: String, type: ScalarType, bytes: Int, isComplete: Bool
  ) -> Report.DescribedMap {
    Report.DescribedMap(
      name: name, title: metadata.title, signalType: metadata.signalType, quantity: metadata.quantity,
      shape: metadata.shape, dtype: type.rawValue,
      axes: metadata.axes.map {
        .init(
          name: $0.name, size: $0.size, scale: $0.scale, offset: $0.offset, units: $0.units, values: $0.values,
          role: $0.role.rawValue)
      }, bytes: bytes, results: [], unfinished: [], masks: [], images: [], elements: metadata.sample.elements,
      beamEnergy: metadata.instrument.beamEnergy, metadata: .init(metadata), notes: [], files: [],
      hyperspy: isComplete && !metadata.hyperspy.isEmpty ? metadata.hyperspy : nil,
      vendor: isComplete ? metadata.vendor : nil)
  }

  private func describe(_ map: Map) throws -> Report.DescribedMap {
    var described = Self.describe(
      try map.metadata, name: map.name, type: map.type, bytes: map.byteCount, isComplete: isComplete)
    described.chunks = map.chunks
    described.storedBytes = try map.storedByteCount
    described.results = try map.results.map(Self.describe)
    described.unfinished = try map.unfinishedResults.map(\.name)
    described.masks = try map.masks.map(\.name)
    described.images = try map.images.map(\.name)
    described.digest = try map.digest
    return described
  }

  private static func describe(_ series: Series) throws -> Report.DescribedSeries {
    Report.DescribedSeries(
      name: series.name, maps: try series.links, results: try series.results.map(describe),
      unfinished: try series.unfinishedResults.map(\.name))
  }

  private static func describe(_ result: AnalysisResult) throws -> Report.DescribedResult {
    let made = try result.provenance
    return Report.DescribedResult(
      name: result.name, path: result.path, operation: made.operation, date: made.started,
      arrays: try result.arrayNames, tables: try result.tableNames, numbers: try result.scalars, note: made.note)
  }
}
