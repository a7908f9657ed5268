import Arguments
import Foundation
import Store
import Workflows

struct RerunCommand: Command {
  static let name = "rerun"
  static let summary = "Make a result again from its own history, and compare it bit for bit"
  static let discussion = """
    Everything that is needed is kept with the result: the operation with all its parameters, and what it read. The \
    operation runs again and its outcome is compared with what is stored: every array, table and number. What it read is \
    hashed anew. The file is only read.

    A map is imported again from its raw dump, where that still lies or beside the file; --source says where else.

    Exits with 0 when all bits are the same, with 1 when one is not or when something that was read has changed.
    """
  static let examples = [
    Example("A result", "lamella rerun session.hspy nmf"),
    Example("Everything down to the raw dumps", "lamella rerun session.hspy nmf --chain"),
    Example("A map, from its raw dump", "lamella rerun session.hspy grain --source /archive/scan.rpl"),
  ]

  @Argument("The Lamella file.") var file: FilePath
  @Argument("A result or a mask by its name or path, such as nmf, masks/fp or grain/results/nmf, or a map.") var result: String
  @Option("The map whose result or mask is meant.") var map: String?
  @Option("Where the file that was imported is now.", placeholder: "FILE") var source: FilePath?
  @Flag("Repeat first everything that it was made from, down to the raw dumps.") var chain: Bool
  var resources = ResourceOptions()
  var work = WorkOptions()
  var report = ReportOptions()

  func run() throws {
    var verb = RepeatResult(file.string, path: result)
    verb.map = map
    verb.source = source?.string
    verb.chain = chain
    verb.threads = resources.threads
    verb.memory = resources.memory.bytes
    let outcome = try work.watched { try verb.run($0) }
    try report.print(outcome) { outcome.objects.map(Self.text).joined(separator: "\n\n") }
    if !outcome.identical { throw AnswerIsNo() }
  }

  private static func text(_ object: RepeatResult.Repetition) -> String {
    let place = (object.file ?? "") + object.path
    if let problem = object.problem {
      return "\(place): \(object.operation) was not repeated: \(problem.split(separator: "\n").joined(separator: " "))"
    }
    var lines = ["\(place): \(object.operation) repeated in \(Quantity.seconds(object.seconds)), \(outcome(object))"]
    for value in object.values where !value.isIdentical { lines.append("  \(difference(value))") }
    for input in object.inputs {
      let name = input.path == "/" ? input.file ?? "" : (input.file ?? "") + input.path
      lines.append("  read \(name): \(state(input))")
    }
    lines += circumstances(object)
    return lines.joined(separator: "\n")
  }

  private static func outcome(_ object: RepeatResult.Repetition) -> String {
    let count = object.values.count
    let differing = object.values.count { !$0.isIdentical }
    return differing == 0
      ? "identical: all \(count) arrays and numbers are the same bits"
      : "not identical: \(differing) of \(count) arrays and numbers differ"
  }

  private static func difference(_ value: RepeatedValues) -> String {
    var words = [value.name + ":"]
    if let note = value.note { words.append(note + ";") }
    if let differing = value.differing {
      words.append("\(differing) of \(value.elements) values differ")
      if let largest = value.largestRelativeDifference {
        words.append("by up to \(Quantity.significant(largest)) of themselves")
      }
    }
    let digests = [value.stored, value.repeated].map { $0.map { String($0.prefix(12)) } ?? "none" }
    return (words + ["(sha256 \(digests[0]), made again \(digests[1]))"]).joined(separator: " ")
  }

  private static func state(_ input: InputCheck) -> String {
    switch input.state {
    case .same: "the same"
    case .changed: "has changed since" + (input.place.map { place in input.file == nil ? "" : " (\(place))" } ?? "")
    case .missing: "is missing"
    case .unverified: "no digest was kept to compare with"
    }
  }

  private static func circumstances(_ object: RepeatResult.Repetition) -> [String] {
    var lines: [String] = []
    let (then, now) = (object.then, object.now)
    if then.programText != now.programText {
      lines.append("  made by \(then.programText), repeated by \(now.programText)")
    }
    if then.machine != now.machine {
      lines.append("  made on \(words(then.machine)), repeated on \(words(now.machine))")
    }
    if lines.isEmpty { lines.append("  \(now.programText), on the same machine") }
    return lines
  }

  private static func words(_ machine: Provenance.Machine) -> String {
    "\(machine.host) (\(machine.processor), \(machine.cores) cores, \(machine.system))"
  }
}
