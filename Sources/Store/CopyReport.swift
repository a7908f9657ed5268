/// What went into the copy of a file, and what did not.
public struct CopyReport: Codable, Hashable, Sendable {
  /// Datasets whose digest was computed anew and matched the one stored with them.
  public var compared = 0
  /// Those of them whose chunks were cut or compressed anew.
  public var rewritten = 0
  /// Datasets without a digest, of other programs; copied as they are.
  public var withoutDigest = 0
  /// What was left out, and why.
  public var leftOut: [Problem] = []
  /// Links into other files, which go with the copy only when those files do.
  public var outside: [Problem] = []

  public init() {}
}
