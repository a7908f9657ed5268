@testable import Arguments

enum Loss: String, CaseIterable, ArgumentValue {
  case kl, frobenius
  case poissonScaled = "poisson-scaled"
}

struct Fit: Command {
  static let name = "fit"
  static let summary = "Factorise a map into spectra and abundances"
  static let discussion = """
    The result is written beside the map, with the parameters it was made with. \
    Nothing else in the file changes.

      kl          counts with Poisson noise
      frobenius   Gaussian noise
    """
  static let examples = [Example("Three phases", "sample fit maps.h5 -k 3 --memory 512M")]

  struct Limits: ArgumentGroup {
    static let title: String? = "Limits"
    @Option("Bytes of memory to stay within.", placeholder: "SIZE") var memory = ByteCount(1 << 30)
    @Option("Threads to use; as many as there are cores unless given.", placeholder: "N", .atLeast(1))
    var threads: Int?
  }

  @Argument("The file to work on.") var file: FilePath
  @Argument("The result's name.") var result = "nmf"
  @Option("How many components to find.", short: "k", placeholder: "K", .from(1, to: 64)) var components: Int
  @Option("What is minimised.") var loss = Loss.kl
  @Option("Stop when the loss changes by less than this fraction per sweep.", .above(0)) var tolerance = 1e-4
  @Option("Sweeps at most.", placeholder: "N") var maxIterations: Int?
  @Option("A pixel to leave out, as its row and column.", placeholder: "Y,X") var skip: [Shape]
  @Flag("Report as JSON.") var json: Bool
  var limits = Limits()

  func validate() throws(UsageError) {
    if components == 13 { throw UsageError("--components cannot be 13 today", advice: "Try 12.") }
  }
}

struct Series: Command {
  static let name = "series"
  static let summary = "Name maps that are processed as one matrix"
  @Argument("The file.") var file: FilePath
  @Argument("The name of the series.") var name: String
  @Argument("A map of the series.", placeholder: "MAP") var maps: [String]
  @Option("Another file whose maps are meant.", placeholder: "OTHERFILE") var from: FilePath?
}

struct Copy: Command {
  static let name = "copy"
  static let summary = "Copy things to a place"
  @Argument("What to copy.") var source: [String]
  @Argument("Where to.") var target: String
}

struct Simulate: Command {
  static let name = "simulate"
  static let summary = "Make a map whose truth is known"
  static let subcommands: [any Command.Type] = [Mineral.self]

  struct Mineral: Command {
    static let name = "mineral"
    static let summary = "Three phases of a rock"
    @Option("Where to write it.", short: "o") var output: FilePath
    @Option("Extents of the map.", placeholder: "YxX") var size = Shape([64, 64])
  }
}

struct Completion: Command {
  static let name = "completions"
  static let summary = "Print a completion script"
  @Argument("The shell.") var shell: Shell
}

let sample = Program(
  name: "sample", version: "1.2.3", summary: "Show what a command line can say",
  commands: [Fit.self, Series.self, Copy.self, Simulate.self, Completion.self])

extension Program {
  /// The command that a line asks for, parsed.
  func command<C: Command>(_ type: C.Type, _ line: String...) throws -> C? {
    guard case .run(let command) = try parse(line) else { return nil }
    return command as? C
  }

  /// The message with which a line is refused; nil if it is not.
  func refusal(_ line: String...) -> String? {
    do {
      _ = try parse(line)
      return nil
    } catch {
      return error.description
    }
  }
}
