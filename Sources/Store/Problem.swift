/// A departure from the layout, or damage: where, and what.
public struct Problem: Codable, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var problem: String
  /// The chunks of a dataset that are not as they were written, in C order of the grid; nil where none can be named.
  public var chunks: [DamagedChunk]?

  public init(_ path: String, _ problem: String, chunks: [DamagedChunk]? = nil) {
    self.path = path
    self.problem = problem
    self.chunks = chunks
  }

  public var description: String { "\(path): \(problem)" }
}
