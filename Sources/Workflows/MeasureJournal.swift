public import Decomposition
import Foundation
import HDF5
import Store

/// Measures what it costs that a file is never half-written: the same import and factorisation with the journal and without, in
/// turn.
public struct MeasureJournal: Sendable {
  /// A file of any format that `ImportFiles` reads.
  public var input: String
  /// Where the files are written; they are removed after.
  public var folder: String
  public var recipe: NMF
  public var rounds = 5

  public init(_ input: String, folder: String, recipe: NMF) {
    self.input = input
    self.folder = folder
    self.recipe = recipe
  }

  public struct Report: Codable, Hashable, Sendable {
    public struct Case: Codable, Hashable, Sendable {
      /// Medians.
      public var secondsPlain: Double
      public var secondsJournalled: Double
      /// Bytes written to the journal, in each round, and the commits that had one.
      public var journalBytes: Int
      public var journalCommits: Int
      public var ratio: Double { secondsJournalled / secondsPlain }

      enum CodingKeys: String, CodingKey {
        case secondsPlain = "seconds_plain"
        case secondsJournalled = "seconds_journalled"
        case journalBytes = "journal_bytes"
        case journalCommits = "journal_commits"
      }
    }

    public var rounds: Int
    public var importing: Case
    public var factorising: Case
  }

  public func run() throws -> Report {
    var seconds: [[Double]] = [[], [], [], []]
    var use = (importing: (commits: 0, bytes: 0), factorising: (commits: 0, bytes: 0))
    for _ in 0..<rounds {
      for isJournalled in [false, true] {
        let path = "\(folder)/journal-\(UUID().uuidString).hspy"
        defer { unsafe unlink(path) }
        let before = File.journalUse
        var importing = ImportFiles([input], output: path)
        importing.isJournalled = isJournalled
        seconds[isJournalled ? 1 : 0].append(try Self.seconds { _ = try importing.run() })
        let between = File.journalUse
        seconds[isJournalled ? 3 : 2].append(
          try Self.seconds {
            let store = try Store.open(path, .writing, isJournalled: isJournalled)
            _ = try Factorize(recipe: recipe, target: FactorizationTarget(map: nil)).run(on: store)
            try store.close()
          })
        let after = File.journalUse
        if isJournalled {
          use = (
            (between.commits - before.commits, between.bytes - before.bytes),
            (after.commits - between.commits, after.bytes - between.bytes)
          )
        }
      }
    }
    func result(_ index: Int, _ use: (commits: Int, bytes: Int)) -> Report.Case {
      Report.Case(
        secondsPlain: Self.median(seconds[index]), secondsJournalled: Self.median(seconds[index + 1]),
        journalBytes: use.bytes, journalCommits: use.commits)
    }
    return Report(rounds: rounds, importing: result(0, use.importing), factorising: result(2, use.factorising))
  }

  private static func seconds(_ work: () throws -> Void) throws -> Double {
    let start = ContinuousClock.now
    try work()
    return start.duration(to: .now) / .seconds(1)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
