import Arguments
import Decomposition
import Foundation
import Workflows

struct BenchmarkCommand: Command {
  static let name = "benchmark"
  static let summary = "Measure how fast this machine works on a file"
  static let subcommands: [any Command.Type] = [Read.self, Sweep.self, Journal.self]

  struct Read: Command {
    static let name = "read"
    static let summary = "Decode all values of a file of any format, and do nothing with them"
    static let examples = [Example("Beside what an import takes", "lamella benchmark read scan.bcf")]

    @Argument("A file of any format that can be imported.") var input: FilePath
    var source = SourceArguments()
    var part = PartArguments()
    var report = ReportOptions()

    func run() throws {
      var job = MeasureReading(input.string)
      source.apply(to: &job.reading)
      part.apply(to: &job.reading)
      let result = try job.run()
      try report.print(result) {
        """
        \(Quantity.bytes(Double(result.bytes))) of \(result.maps) maps in \(Quantity.seconds(result.seconds)), \
        peak memory \(Quantity.bytes(Double(result.peakMemoryBytes)))
        """
      }
    }
  }

  struct Sweep: Command {
    static let name = "sweep"
    static let summary = "One pass over a map: reading, inflating and listing what is not zero"
    static let examples = [Example("On one thread", "lamella benchmark sweep rock.hspy --threads 1")]

    @Argument("The Lamella file.") var file: FilePath
    @Option("The map; needed where the file holds more than one.") var map: String?
    @Option("Threads, as many as there are cores unless given.", placeholder: "N", .atLeast(1)) var threads: Int?
    var report = ReportOptions()

    func run() throws {
      let result = try MeasureSweep(file.string, map: map, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount).run()
      try report.print(result) {
        """
        \(Quantity.bytes(Double(result.bytes))) in \(Quantity.seconds(result.seconds)) on \(result.threads) threads: \
        \(result.blocks) blocks, \(result.nonzeros) values that are not zero
        """
      }
    }
  }

  struct Journal: Command {
    static let name = "journal"
    static let summary = "What it costs that a file is never half-written: an import and a factorisation, with and without"
    static let examples = [Example("Five rounds", "lamella benchmark journal rock.rpl --folder . --components 3")]

    @Argument("A file of any format that can be imported.") var input: FilePath
    @Option("Where files may be written; they are removed after.") var folder: FilePath
    @Option("The number of components.", short: "k", placeholder: "K", .atLeast(1)) var components = 3
    @Option("How often; medians are reported.", placeholder: "N", .atLeast(1)) var rounds = 5
    var report = ReportOptions()

    func run() throws {
      var job = MeasureJournal(input.string, folder: folder.string, recipe: NMF(components: components))
      job.rounds = rounds
      let result = try job.run()
      try report.print(result) {
        [("import", result.importing), ("nmf", result.factorising)].map { name, result in
          """
          \(name): \(Quantity.seconds(result.secondsPlain)) without, \(Quantity.seconds(result.secondsJournalled)) with the journal \
          (\(Quantity.significant(result.ratio, digits: 4)) times); \(Quantity.bytes(Double(result.journalBytes))) journalled in \
          \(result.journalCommits) commits
          """
        }.joined(separator: "\n")
      }
    }
  }
}
