import Arguments
import Foundation
import Workflows

struct BenchmarkCommand: Command {
  static let name = "benchmark"
  static let summary = "Measure how fast this machine works on a file"
  static let subcommands: [any Command.Type] = [Sweep.self]

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
}
