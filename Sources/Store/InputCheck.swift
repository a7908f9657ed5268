/// What became of something that an operation read.
public struct InputCheck: Codable, Hashable, Sendable {
  public enum State: String, Codable, Hashable, Sendable {
    /// The values are those that were read.
    case same
    case changed
    case missing
    /// It is there, but no digest was kept that it could be compared with.
    case unverified
  }

  /// How much a check relies on what a file says of itself.
  public enum Thoroughness: Hashable, Sendable {
    /// On the digests in Lamella files, and on the size and date of other files that lie where they lay.
    case recorded
    /// On nothing: every value is read again.
    case everything
  }

  /// The path within its file; the whole file when "/".
  public var path: String
  /// The file as it is named by the file of the operation; nil when it is that one.
  public var file: String?
  public var state: State
  /// Where the file was found.
  public var place: String?
  /// SHA-256 when it was read.
  public var recorded: String?
  /// SHA-256 now.
  public var found: String?
}
