import Arguments
import Foundation
import Workflows

/// Standard output and standard error.
enum Terminal {
  enum Stream { case standardOutput, standardError }

  /// Writes a text as it is. A reader that went away (a closed pipe) is nobody's error.
  static func write(_ text: String, to stream: Stream = .standardOutput) {
    let handle = stream == .standardOutput ? FileHandle.standardOutput : .standardError
    do { try handle.write(contentsOf: Data(text.utf8)) } catch { return }
  }

  static func print(_ line: String, to stream: Stream = .standardOutput) { write(line + "\n", to: stream) }

  /// A report as JSON: keys sorted and in snake case, two blanks of indentation, numbers that JSON lacks as "NaN", "Infinity", "-Infinity".
  static func json(_ report: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}

/// What commands that report share.
struct ReportOptions: ArgumentGroup {
  @Flag("Report as JSON.") var json: Bool

  /// Prints a report as JSON where that was asked for, else as text.
  func print(_ report: some Encodable, as text: () -> String) throws {
    Terminal.print(json ? try Terminal.json(report) : text())
  }
}

/// What commands that work for long share.
struct WorkOptions: ArgumentGroup {
  @Flag("Show no progress.", short: "q") var quiet: Bool

  /// Runs work that shows its progress on standard error.
  func watched<Result>(_ work: (Observer) throws -> Result) throws -> Result {
    let progress = Progress(isQuiet: quiet)
    defer { progress.clear() }
    return try work(progress.observer)
  }
}
