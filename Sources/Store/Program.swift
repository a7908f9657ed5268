internal import Foundation

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

  /// This suite; `LAMELLA_COMMIT` in the environment names the commit it was built from.
  public static let current = Program(
    name: "lamella", version: "0.1.0", commit: ProcessInfo.processInfo.environment["LAMELLA_COMMIT"] ?? "")
}
