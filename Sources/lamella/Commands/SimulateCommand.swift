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
    static let summary = "STEM-EDXS maps of three minerals of the lower mantle"
    static let discussion = """
      Ferropericlase and Ca-perovskite lie in a slab of bridgmanite and overlap through its thickness. Lines, \
      continuum, absorption and detector are those of a microscope; the counts are Poisson deviates. The truth is \
      stored beside the map as the result "truth": the spectra of the phases (sum 1), their volume fractions, the \
      counts that are expected of each pixel, and tables of the phases, their compositions and the counts of their \
      lines. The same seed gives the same map. Several maps are different places of one sample, NAME-1, NAME-2 …, and \
      a series holds them.
      """
    static let examples = [
      Example("A map of 512 × 512 pixels", "lamella simulate mineral -o rock.hspy --size 512x512 --seed 7"),
      Example("Three maps and their series", "lamella simulate mineral -o rock.hspy --size 512x512 --maps 3"),
    ]

    @Option("The Lamella file to write to.", short: "o", placeholder: "FILE") var output: FilePath
    @Option("Rows and columns of the map.", placeholder: "YxX") var size = Shape([256, 256])
    @Option("Channels of a spectrum; they cover 0 to 20.48 keV.", placeholder: "N", .from(16, to: 65_536))
    var channels = 2048
    @Option("Counts of a pixel, on average.", placeholder: "N", .from(0, to: 10_000_000)) var counts = 160.0
    @Option("What the random numbers start from.", placeholder: "N") var seed: UInt64 = 1
    @Option("How many maps, of different fields of view.", placeholder: "N", .from(1, to: MineralSettings.largestFieldCount))
    var maps = 1
    @Option("The beam's energy in keV.", placeholder: "KEV", .from(1, to: 1_000_000)) var beam = 200.0
    @Option("The thickness of the sample in nm.", placeholder: "NM", .from(0.1, to: 1e6)) var thickness = 117.0
    @Flag("Give the detector escape peaks.") var escapePeaks: Bool
    @Option("The fraction of pulses that are two photons at once, which makes sum peaks.", placeholder: "P", .from(0, to: 0.5))
    var pileUp = 0.0
    @Option("The map's name; of several maps that of their series.", placeholder: "MAP") var name = "mineral"
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
      settings.beamEnergy = beam
      settings.thickness = thickness
      settings.escapePeaks = escapePeaks
      settings.pileUp = pileUp
      var job = SimulateMineral(settings, output: output.string, name: name, note: note ?? "")
      job.maps = maps
      let result = try work.watched { try job.run($0) }
      try report.print(result) {
        """
        \(result.file)/\(result.maps.joined(separator: ", ")): \(result.shape.map(String.init).joined(separator: " × ")), \
        simulated in \(Quantity.seconds(result.seconds))
        \(result.maps.count > 1 ? "The truth of the first" : "Its truth") is \(result.truth): \
        \(result.phases.joined(separator: ", "))
        """
      }
    }
  }
}
