import Store

/// Holds a file against the schemas of the layout.
public struct ValidateFile: Sendable {
  public var file: String

  public init(_ file: String) { self.file = file }

  public func run() throws -> Soundness {
    let store = try Store.open(file)
    let problems = try store.validate()
    try store.close()
    return Soundness(file, problems)
  }
}
