public import Formats

/// Measures how fast the values of a file of any format are decoded, slab by slab, when nothing is done with them.
public struct MeasureReading: Sendable {
  public var file: String
  /// What the user says about the file that it does not say itself.
  public var reading = Formats.ImportOptions()

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    /// From opening the file to the last value.
    public var seconds: Double
    public var maps: Int
    /// Of the values, decoded.
    public var bytes: Int
    public var peakMemoryBytes: Int

    enum CodingKeys: String, CodingKey {
      case seconds, maps, bytes
      case peakMemoryBytes = "peak_memory_bytes"
    }
  }

  /// - Throws: `FormatError`.
  public func run() throws -> Report {
    let start = ContinuousClock.now
    let maps = try FormatCatalogue.read(file, options: reading)
    var bytes = 0
    for map in maps { try map.array.forEachSlab(limit: 16 << 20) { bytes += $0.count } }
    return Report(
      seconds: start.duration(to: .now) / .seconds(1), maps: maps.count, bytes: bytes, peakMemoryBytes: peakMemory())
  }
}
