/// How the elements of a dataset lie in the file.
public enum Layout: Hashable, Sendable {
  case contiguous
  /// Inside the object's header; for less than 64 kB.
  case compact
  case chunked([Int])
  /// Elements that other datasets hold.
  case virtual([VirtualMapping])
  /// Elements in plain files beside this one, one after the other; such datasets can be read, not made.
  case external(files: [String])
}
