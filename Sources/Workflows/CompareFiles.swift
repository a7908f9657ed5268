public import Store

/// Compares two files by what they hold.
public struct CompareFiles: Sendable {
  public struct Report: Codable, Hashable, Sendable {
    public var a: String
    public var b: String
    /// The object that was compared; nil for the whole files.
    public var object: String?
    public var equal: Bool
    public var differences: [Difference]
    /// Differences in when, where and from what things were made.
    public var provenance: [Difference]
    /// Datasets that were compared.
    public var datasets: Int
    /// Bytes of values, of each file, that were read.
    public var bytesRead: Int
  }

  public var a: String
  public var b: String
  /// A path in both files; all they hold when nil.
  public var object: String?
  /// Whether files with another history are different files.
  public var isStrict: Bool
  /// As many as there are cores when nil.
  public var threads: Int?

  /// Whether arrays with the same digest are taken to be the same, without reading them.
  public var trustsDigests = false

  public init(_ a: String, _ b: String, object: String? = nil, isStrict: Bool = false, threads: Int? = nil) {
    self.a = a
    self.b = b
    self.object = object
    self.isStrict = isStrict
    self.threads = threads
  }

  /// - Throws: `StoreError`, `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let (one, other) = (try Store.open(a), try Store.open(b))
    var comparison = StoreComparison(one, other, threads: threads, trustsDigests: trustsDigests) { path, done, total in
      observer.bytes("Comparing \(path)")(done, total)
    }
    let outcome: StoreComparison.Outcome
    do {
      outcome = try comparison.run(object ?? "/")
    } catch {
      guard error.kind == .stopped else { throw error }
      throw Stopped("\(a) and \(b) were not compared to their end")
    }
    try one.close()
    try other.close()
    return Report(
      a: a, b: b, object: object, equal: outcome.differences.isEmpty && (!isStrict || outcome.provenance.isEmpty),
      differences: outcome.differences, provenance: outcome.provenance, datasets: outcome.datasets,
      bytesRead: outcome.bytesRead)
  }
}
