import Foundation
public import Store

/// Makes a result or a map again from its own provenance, and compares it bit for bit with what is stored.
///
/// Nothing is written to the file.
public struct RepeatResult: Sendable {
  public var file: String
  /// `rock/results/nmf`, `series/all/results/nmf`, `rock` for a map, or the name of a result alone.
  public var path: String
  /// The map whose result is meant.
  public var map: String?
  /// Where the file that was imported is now.
  public var source: String?
  /// Whether everything that the object was made from is repeated before it, down to the files that were imported.
  public var chain = false
  /// As many as there are cores when nil.
  public var threads: Int?
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20

  public init(_ file: String, path: String) {
    self.file = file
    self.path = path
  }

  public struct Report: Codable, Sendable {
    public var file: String
    /// Whether everything was repeated, from the same inputs, to the same bits.
    public var identical: Bool
    /// In the order in which they were repeated; the one asked for is the last.
    public var objects: [Repetition]
  }

  /// An object that was made again.
  public struct Repetition: Codable, Sendable {
    public var path: String
    /// The file it lies in, when it is another one.
    public var file: String?
    public var operation: String
    /// Whether all values are the same bits.
    public var identical: Bool
    /// What kept it from being repeated; nil when it was.
    public var problem: String?
    public var inputs: [InputCheck]
    public var then: Circumstances
    public var now: Circumstances
    public var values: [RepeatedValues]
    public var seconds: Double

    /// Whether all that it was made from is there and unchanged, as far as that can be told.
    public var hasSameInputs: Bool { inputs.allSatisfy { $0.state == .same || $0.state == .unverified } }
  }

  /// What ran, and on what.
  public struct Circumstances: Codable, Hashable, Sendable {
    public var program: String
    public var version: String
    public var commit: String
    public var machine: Provenance.Machine

    init(_ made: Provenance) {
      program = made.program
      version = made.version
      commit = made.commit
      machine = made.machine
    }

    /// "lamella 0.1.0 (0b3dc8c41f2a)"
    public var programText: String { "\(program) \(version)" + (commit.isEmpty ? "" : " (\(commit.prefix(12)))") }
  }
}
