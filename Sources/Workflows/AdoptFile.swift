public import Store

/// Makes a Lamella file of one that HyperSpy saved again: re-attaches what the save dropped.
///
/// It is done in one transaction: a failure leaves the file as it was.
public struct AdoptFile: Sendable {
  /// The file with the results.
  public var original: String
  /// The file that HyperSpy saved.
  public var resaved: String

  public init(original: String, resaved: String) {
    self.original = original
    self.resaved = resaved
  }

  /// - Throws: `StoreError`, `OutputError`, `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> AdoptionReport {
    do {
      return try Store.adopt(original: original, resaved: resaved, progress: observer.bytes("Comparing \(resaved)"))
    } catch {
      if error.kind == .stopped { throw Stopped("\(resaved) is as it was") }
      if error.file == resaved, error.kind == .file { throw OutputError(error) }
      throw error
    }
  }
}
