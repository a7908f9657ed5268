internal import CVersion

/// A program that writes results.
public struct Program: Hashable, Sendable {
  public var name: String
  public var version: String
  public var commit: String

  public init(name: String, version: String, commit: String = "") {
    self.name = name
    self.version = version
    self.commit = commit
  }

  /// This suite, as it was built.
  public static let current = Program(
    name: "lamella", version: "0.1.0", commit: unsafe String(cString: lamella_commit()))
}
