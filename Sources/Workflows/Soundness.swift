public import Store

/// Whether a file is as it should be, and where it is not.
public struct Soundness: Codable, Hashable, Sendable {
  public var file: String
  public var ok: Bool
  public var problems: [Problem]

  init(_ file: String, _ problems: [Problem]) {
    self.file = file
    ok = problems.isEmpty
    self.problems = problems
  }
}
