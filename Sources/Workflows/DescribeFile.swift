import Microscopy
import Store

/// Lists what a file holds.
public struct DescribeFile: Sendable {
  public var file: String

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    public struct DescribedAxis: Codable, Hashable, Sendable {
      public var name: String
      public var size: Int
      public var scale: Double
      public var offset: Double
      public var units: String
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
      /// Bytes they take in the file.
      public var storedBytes: Int
      public var results: [DescribedResult]
      /// Results of operations that have not finished, and can be resumed.
      public var unfinished: [String]
      public var masks: [String]
      public var images: [String]
      public var digest: String?
      public var elements: [String]
      /// keV
      public var beamEnergy: Double?
    }

    public struct DescribedSeries: Codable, Hashable, Sendable {
      public var name: String
      public var maps: [String]
      public var results: [DescribedResult]
      public var unfinished: [String]
    }

    public var file: String
    public var maps: [DescribedMap]
    public var series: [DescribedSeries]
  }

  public func run() throws -> Report {
    let store = try Store.open(file)
    let report = Report(
      file: file, maps: try store.maps.map(Self.describe),
      series: try store.series.map(Self.describe))
    try store.close()
    return report
  }

  private static func describe(_ map: Map) throws -> Report.DescribedMap {
    let metadata = try map.metadata
    return Report.DescribedMap(
      name: map.name, title: metadata.title, signalType: metadata.signalType, quantity: metadata.quantity,
      shape: map.shape, dtype: map.type.rawValue,
      axes: map.axes.map {
        .init(
          name: $0.name, size: $0.size, scale: $0.scale, offset: $0.offset, units: $0.units,
          role: $0.role.rawValue)
      },
      chunks: map.chunks, bytes: map.byteCount,
      storedBytes: try map.storedByteCount,
      results: try map.results.map(describe), unfinished: try map.unfinishedResults.map(\.name),
      masks: try map.masks.map(\.name), images: try map.images.map(\.name), digest: try map.digest,
      elements: metadata.sample.elements, beamEnergy: metadata.instrument.beamEnergy)
  }

  private static func describe(_ series: Series) throws -> Report.DescribedSeries {
    Report.DescribedSeries(
      name: series.name, maps: try series.members.map(\.link), results: try series.results.map(describe),
      unfinished: try series.unfinishedResults.map(\.name))
  }

  private static func describe(_ result: AnalysisResult) throws -> Report.DescribedResult {
    let made = try result.provenance
    return Report.DescribedResult(
      name: result.name, path: result.path, operation: made.operation, date: made.started,
      arrays: try result.arrayNames, numbers: try result.scalars, note: made.note)
  }
}
