/// How the elements of a dataset lie in the file.
public enum Layout: Hashable, Sendable {
  case contiguous
  /// Inside the object's header; for less than 64 kB.
  case compact
  case chunked([Int])
}
