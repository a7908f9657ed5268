import Arguments
import Store
import Workflows
import XRay

struct SimulateCommand: Command {
  static let name = "simulate"
  static let summary = "Make maps whose truth is known"
  static let subcommands: [any Command.Type] = [Mineral.self]

  struct Mineral: Command {
    static let name = "mineral"
    static let summary = "A STEM-EDXS map of three minerals of the lower mantle"
    static let discussion = """
      Ferropericlase and Ca-perovskite lie in a slab of bridgmanite and overlap through its thickness. Lines, \
      continuum, absorption and detector are those of a microscope at 200 kV; the counts are Poisson deviates. \
      The truth is stored beside the map as the result "truth": the spectra of the phases (sum 1), their volume \
      fractions, and the counts that are expected of each pixel. The same seed gives the same map.
      """
    static let examples = [
      Example("A map of 512 × 512 pixels", "lamella simulate mineral -o rock.hspy --size 512x512 --seed 7")
    ]

    @Option("The Lamella file to write to.", short: "o", placeholder: "FILE") var output: FilePath
    @Option("Rows and columns of the map.", placeholder: "YxX") var size = Shape([256, 256])
    @Option("Channels of a spectrum; they cover 0 to 20.48 keV.", placeholder: "N", .from(16, to: 65_536))
    var channels = 2048
    @Option("Counts of a pixel, on average.", placeholder: "N", .from(0, to: 10_000_000)) var counts = 160.0
    @Option("What the random numbers start from.", placeholder: "N") var seed: UInt64 = 1
    @Option("The map's name.", placeholder: "MAP") var name = "mineral"
    @Option("A text kept with the map's history.", placeholder: "TEXT") var note: String?
    var work = WorkOptions()
    var report = ReportOptions()

    func validate() throws(UsageError) {
      if size.extents.count != 2 || size.extents.contains(where: { $0 > 65_536 }) {
        throw UsageError(
          "--size cannot be '\(size.argument)': give rows and columns, such as 512x512, up to 65536 each")
      }
      if let problem = Store.problem(withMapName: name) {
        throw UsageError("--name cannot be '\(name)': \(problem)")
      }
    }

    func run() throws {
      var settings = MineralSettings()
      settings.height = size.extents[0]
      settings.width = size.extents[1]
      settings.channels = channels
      settings.counts = counts
      settings.seed = seed
      let job = SimulateMineral(settings, output: output.string, name: name, note: note ?? "")
      let result = try work.watched { try job.run($0) }
      try report.print(result) {
        """
        \(result.file)/\(result.map): \(result.shape.map(String.init).joined(separator: " × ")), \
        simulated in \(Quantity.seconds(result.seconds))
        Its truth is \(result.truth): \(result.phases.joined(separator: ", "))
        """
      }
    }
  }
}
