/// What went wrong with a file of ours: what, where in which file, and what to do about it.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// The file cannot be opened, created, read or written.
    case file
    /// Another program has the file.
    case locked
    /// The file is no Lamella file, or of a layout this version does not know.
    case foreign
    /// There is no object of that name.
    case missing
    /// There is an object of that name already.
    case exists
    /// The caller asked for something that cannot be: a shape, a name, a type.
    case invalid
    /// What the file holds contradicts the layout.
    case damaged
    /// Valid, but beyond what this version does.
    case unsupported
    /// The caller's progress callback said stop.
    case stopped
    /// The source of the data failed.
    case source
  }

  public var kind: Kind
  public var file: String
  /// The path within the file; "/" when the whole file is meant.
  public var path: String
  public var problem: String
  public var advice: String?

  public init(_ kind: Kind, file: String, path: String = "/", _ problem: String, advice: String? = nil) {
    self.kind = kind
    self.file = file
    self.path = path
    self.problem = problem
    self.advice = advice
  }

  /// One line: what and where; a second one with the advice.
  public var description: String {
    let place = path == "/" || path.isEmpty ? file : "\(file), \(path)"
    return "\(place): \(problem)" + (advice.map { "\n\($0)" } ?? "")
  }
}
