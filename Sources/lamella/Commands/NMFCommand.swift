import Arguments
import Decomposition
import Store
import Workflows

struct NMFCommand: Command {
  static let name = "nmf"
  static let summary = "Factorise a map or a series into non-negative spectra and abundance maps"
  static let discussion = """
    Non-negative matrix factorisation, out of core: the map is read in blocks, one pass per iteration, and decoded blocks \
    are kept as far as --memory allows. The loss kl is maximum likelihood for Poisson counts, poisson-scaled is least \
    squares weighted for counts, frobenius is plain least squares for values of equal variance.

    The spectra (sum 1) and abundance maps (in counts) are kept in the file as a result, with all that made them. An \
    interrupted run is taken up again by the same command, to the same bits.
    """
  static let examples = [
    Example("Three phases of a map of counts", "lamella nmf session.hspy --components 3"),
    Example(
      "A series as one matrix, in little memory",
      "lamella nmf session.hspy --series tilts --components 4 --memory 64M"),
    Example(
      "Refine the spectra of an earlier result, the first held",
      "lamella nmf session.hspy --components 3 --spectra-from nmf --hold 1"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Option("The number of components.", short: "k", placeholder: "K", .atLeast(1)) var components: Int
  @Option("What is minimised.") var loss = NMF.Loss.kullbackLeibler
  @Option("Iterations at most.", placeholder: "N", .atLeast(1)) var maxIterations = 300
  @Option("Stop when an iteration lowers the loss by less than this part of it.", placeholder: "X", .from(0, to: 0.5))
  var tolerance = 1e-6
  @Option("Where spectra come from to start with.", name: "init", placeholder: "START") var initialization = NMF.Initialization
    .nndsvd
  @Option("A result of this map whose spectra the first components start from.", placeholder: "RESULT")
  var spectraFrom: String?
  @Option("Those of the given spectra that stay as they are, counted from 1.", placeholder: "NUMBERS")
  var hold: CommaList<Int>?
  @Option("Runs from different starts, of which the best is kept.", placeholder: "N", .atLeast(1)) var restarts = 1
  @Option("Sparsity of the abundance maps: 0 none, 0.1 mild, 1 strong.", placeholder: "X", .atLeast(0)) var sparsity = 0.0
  @Option("Smoothness of the maps: at 1 neighbours weigh as much as a pixel's own counts.", placeholder: "X", .atLeast(0))
  var smoothness = 0.0
  @Option("Soft orthogonality of the maps (losses poisson-scaled and frobenius).", placeholder: "X", .from(0, to: 1))
  var orthogonality = 0.0
  @Flag("Prune components that the data do not need (losses poisson-scaled and frobenius).")
  var automaticRelevance: Bool
  var common = FactorizationOptions()
  var work = WorkOptions()
  var output = ReportOptions()

  func validate() throws(UsageError) { try common.validate() }

  func run() throws {
    var recipe = NMF(
      components: components, loss: loss, initialization: initialization, seed: common.seed,
      tolerance: tolerance,
      maxIterations: maxIterations)
    recipe.held = (hold?.elements ?? []).map { $0 - 1 }
    recipe.restarts = restarts
    recipe.sparsity = sparsity
    recipe.smoothness = smoothness
    recipe.orthogonality = orthogonality
    recipe.automaticRelevance = automaticRelevance
    var verb = Factorize(recipe: recipe, target: common.target)
    (verb.threads, verb.memory) = common.resources.used
    verb.name = common.name
    verb.spectraFrom = spectraFrom
    verb.note = common.note ?? ""
    let report = try work.watched { try verb.run(on: .open(file.string, .writing), observer: $0) }
    try output.print(report) { text(of: report) }
  }

  private func text(of report: Factorize.Report) -> String {
    let outcome = report.converged ? "converged" : "not converged"
    var lines = [
      "\(report.path): \(report.components) components, loss \(report.loss)",
      "\(report.iterations) iterations, \(outcome), divergence \(Quantity.significant(report.divergence, digits: 6))",
      "\(Quantity.seconds(report.seconds)), peak memory \(Quantity.bytes(Double(report.peakMemoryBytes)))",
    ]
    if let iteration = report.resumedFrom { lines.append("taken up again after iteration \(iteration)") }
    for (number, share) in report.shares.enumerated() {
      lines.append("component \(number + 1): \(Quantity.significant(100 * share)) % of the counts")
    }
    return lines.joined(separator: "\n")
  }
}
