import Store

/// Names maps that are processed as one matrix.
public struct DefineSeries: Sendable {
  public var file: String
  public var name: String
  public var maps: [String]
  /// A file that maps are linked from; one that it does not hold is taken from `file`.
  public var otherFile: String?

  public init(_ file: String, name: String, maps: [String], otherFile: String? = nil) {
    self.file = file
    self.name = name
    self.maps = maps
    self.otherFile = otherFile
  }

  public struct Report: Codable, Hashable, Sendable {
    public struct Member: Codable, Hashable, Sendable {
      public var map: String
      public var file: String
      public var shape: [Int]
    }

    public var file: String
    public var series: String
    public var maps: [Member]
    /// Rows of the matrix that the series is.
    public var pixels: Int
    public var channels: Int
  }

  public func run() throws -> Report {
    let store = try Store.open(file, .writing)
    let others = try otherFile.map { try Store.open($0).mapNames } ?? []
    let references = maps.map { map in
      Store.MapReference(map, file: others.contains(map) ? otherFile : nil)
    }
    if let otherFile, !references.contains(where: { $0.file != nil }) {
      throw StoreError(
        .missing, file: otherFile, "holds none of the maps \(maps.joined(separator: ", "))",
        advice: others.isEmpty ? nil : "It holds: \(others.joined(separator: ", ")).")
    }
    let series: Series
    do {
      series = try store.addSeries(name, references)
    } catch {
      // Anything else is wrong with what the series is to be made of.
      throw error.kind == .file ? OutputError(error) : error
    }
    let members = try zip(series.members, references).map { member, reference in
      Report.Member(map: member.map.name, file: reference.file ?? file, shape: member.map.shape)
    }
    let first = try series.maps[0]
    let report = Report(
      file: file, series: name, maps: members,
      pixels: try series.maps.reduce(0) { $0 + $1.navigationShape.reduce(1, *) },
      channels: first.signalShape.reduce(1, *))
    try writing { try store.close() }
    return report
  }
}
