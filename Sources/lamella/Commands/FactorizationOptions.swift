import Arguments
import Workflows

/// What `pca` and `nmf` both need: which map, which part of it, and what they may use.
struct FactorizationOptions: ArgumentGroup {
  static let title: String? = nil

  @Option("The map; needed where the file holds more than one.") var map: String?
  @Option("A series: its maps are factorised as one matrix.") var series: String?
  @Option("A mask of the map: only pixels inside it are used.") var mask: String?
  @Option(
    "A window of channels in units of the axis, such as 0.2:10.", placeholder: "FROM:TO")
  var window: [Window]
  var resources = ResourceOptions()
  @Option("The name of the result; made up when not given.", placeholder: "RESULT") var name: String?
  @Option("Anything worth keeping with the result.", placeholder: "TEXT") var note: String?
  @Option("The seed of all random numbers.", placeholder: "N") var seed: UInt64 = 1

  func validate() throws(UsageError) {
    if map != nil, series != nil { throw UsageError("give --map or --series, not both") }
  }

  var target: FactorizationTarget {
    var target = FactorizationTarget(map: map, series: series)
    target.mask = mask
    target.windows = window.map(\.range)
    return target
  }
}

/// A window of an axis: `FROM:TO`.
struct Window: ArgumentValue {
  var range: ClosedRange<Double>

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let from = ends[0], let to = ends[1], from <= to, from.isFinite, to.isFinite else {
      return nil
    }
    range = from...to
  }

  static let expectation = "two numbers such as 0.2:10, the smaller first"
  var argument: String { "\(range.lowerBound.argument):\(range.upperBound.argument)" }
}
