public import Microscopy
public import Store

/// Tells what made an object of a file, from what, and what made that.
public struct TraceHistory: Sendable {
  public var file: String
  /// A map, an image, a mask, a result, a series or a model, as `rock`, `rock/results/nmf` or `series/all`; everything in the
  /// file when nil.
  public var path: String?

  public init(_ file: String, path: String? = nil) {
    self.file = file
    self.path = path
  }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var objects: [Entry]
    /// The same as a graph over all files, each object once; only where it was asked for.
    public var nodes: [HistoryGraph.Node]?
    public var edges: [HistoryGraph.Edge]?
  }

  /// An object, what made it, and the objects that was made from.
  public struct Entry: Codable, Hashable, Sendable {
    public var path: String
    /// The file it lies in, when it is another one.
    public var file: String?
    public var sha256: String?
    /// True for an input whose values are not what they were when it was read.
    public var changed: Bool?
    public var operation: String?
    public var parameters: MetadataTree?
    public var program: String?
    public var date: String?
    /// Seconds.
    public var duration: Double?
    public var machine: String?
    public var note: String?
    public var inputs: [Entry]
  }
}
