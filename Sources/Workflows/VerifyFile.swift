import Store

/// Reads everything in a file that has a digest, and compares.
public struct VerifyFile: Sendable {
  public var file: String
  /// As many as there are cores when nil.
  public var threads: Int?

  public init(_ file: String, threads: Int? = nil) {
    self.file = file
    self.threads = threads
  }

  /// A file that is damaged beyond opening gives a report, too.
  ///
  /// - Throws: `StoreError` for a file that is not there or no Lamella file; `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> Soundness {
    let store: Store
    do {
      store = try Store.open(file)
    } catch {
      guard error.kind != .foreign, let damage = Store.damage(ofUnopened: file) else { throw error }
      return Soundness(file, [damage])
    }
    let problems: [Problem]
    do {
      problems = try store.verify(threads: threads, progress: observer.bytes("Verifying \(file)"))
    } catch {
      guard error.kind == .stopped else { throw error }
      throw Stopped("\(file) was not verified to its end")
    }
    try store.close()
    return Soundness(file, problems)
  }
}
