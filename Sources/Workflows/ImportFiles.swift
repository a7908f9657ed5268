public import Formats
import Foundation
import Microscopy
import Store

/// Brings the maps of files of any supported format into one Lamella file.
public struct ImportFiles: Sendable {
  /// Files; folders, which are searched with all below them; patterns such as `run?/**/*.bcf`.
  public var inputs: [String]
  public var output: String
  /// The map's name; several maps are numbered from it. Taken from the files when nil.
  public var name: String?
  /// The kinds of the maps that are wanted; all when nil.
  public var select: Set<MapKind>?
  /// The name of the series that the maps of the commonest kind become, in the order of the inputs; none when nil.
  public var series: String?
  /// Whether maps that are in the output already, from the same files as they are now, are left as they are.
  public var resumes = false
  /// Whether the values are read back from the output and compared with the inputs, which are decoded a second time.
  public var verifies = false
  /// Whether only a report is made of what would be done.
  public var isRehearsal = false
  /// What the user says about the inputs that they do not say themselves.
  public var reading = Formats.ImportOptions()
  public var storage = StorageOptions()
  public var note = ""
  /// Whether the output is written in transactions; not so only to measure what they cost.
  var isJournalled = true

  public init(_ inputs: [String], output: String, name: String? = nil) {
    self.inputs = inputs
    self.output = output
    self.name = name
  }

  /// Reads every input's header before it writes anything; opens one input at a time after that.
  ///
  /// - Throws: `FormatError` and `WorkflowError` for the inputs, `OutputError` for the output, `Stopped`; maps that were
  ///   finished before that stay in the output.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let plan = try ImportPlan(self, observer)
    let members = try series.map { try SeriesPlan(plan, name: $0) }
    var run = try ImportRun(self, plan, members, observer)
    return try isRehearsal ? run.rehearse() : run.run()
  }

  /// What is said to the reader that was chosen.
  func reading(by reader: any FormatReader.Type) -> Formats.ImportOptions {
    var options = reading
    options.format = reader.name
    return options
  }
}
