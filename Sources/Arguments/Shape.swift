/// The extents of an array, slowest first: `512x512`, or `512,512`.
public struct Shape: ArgumentValue, Hashable, Sendable {
  public var extents: [Int]

  public init(_ extents: [Int]) { self.extents = extents }

  /// Every extent must be 1 or more, and their product must be a number of elements.
  public init?(argument: String) {
    let separator: Character = argument.contains(",") ? "," : "x"
    var extents: [Int] = []
    var product = 1
    for part in argument.split(separator: separator, omittingEmptySubsequences: false) {
      guard let extent = Int(part), extent >= 1 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
      extents.append(extent)
    }
    self.init(extents)
  }

  public static var expectation: String { "extents such as 512x512 or 512,512" }
  public var argument: String { extents.map(String.init).joined(separator: "x") }
}
