import Foundation
public import Store

/// Makes a Lamella file of one that HyperSpy saved again: re-attaches what the save dropped.
///
/// The work is done on a copy that takes the file's place when it is whole: a failure leaves the file as it was.
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
    let aside = resaved.makeAside()
    guard FileManager.default.fileExists(atPath: resaved) else {
      throw StoreError(.file, file: resaved, "there is no such file", advice: "Check the path.")
    }
    try writing {
      try FileManager.default.copyItem(atPath: resaved, toPath: aside)
    }
    do {
      let report = try Store.adopt(
        original: original, resaved: aside, progress: observer.bytes("Comparing \(resaved)"))
      try writing { try aside.takePlace(of: resaved) }
      return report
    } catch {
      try FileManager.default.removeItem(atPath: aside)
      guard var problem = error as? StoreError else { throw error }
      if problem.kind == .stopped { throw Stopped("\(resaved) is as it was") }
      if problem.file == aside { problem.file = resaved }
      throw problem
    }
  }
}
