/// A departure from the layout, or damage: where, and what.
public struct Problem: Codable, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var problem: String

  public init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}
