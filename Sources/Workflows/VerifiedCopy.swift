import Foundation
import Store

/// A file written anew beside the place that it is for, and read back before it goes there.
struct VerifiedCopy {
  let source: Store
  /// The place it is for.
  let path: String
  var options: CopyOptions

  /// Where it is written.
  let aside: String

  init(source: Store, path: String, options: CopyOptions) {
    self.source = source
    self.path = path
    self.options = options
    aside = path.makeAside()
  }

  /// Writes, reads back and compares; when anything fails, nothing is left.
  ///
  /// - Parameter adding: writes into the copy before it is closed.
  /// - Throws: `StoreError`, for what is wrong with the source; `OutputError`; `Stopped`.
  func write(
    _ observer: Observer, adding: (_ copy: Store, _ report: CopyReport) throws -> Void = { _, _ in }
  ) throws -> CopyReport {
    do {
      return try writing(from: source.path) {
        let report = try source.copy(
          to: aside, options, progress: observer.bytes("Copying \(source.path)"), adding: adding)
        let written = try Store.open(aside)
        let problems = try written.verify(
          threads: options.threads, progress: observer.bytes("Reading back \(path)"))
        if let problem = problems.first {
          // What does not go together in the source does not in its copy.
          if try source.verify(threads: options.threads).contains(problem) {
            throw StoreError(
              .damaged, file: source.path, path: problem.path, problem.problem,
              advice: "Put it right, or take the file from a backup; lamella verify lists what else is not as it was written.")
          }
          throw StoreError(
            .damaged, file: aside, path: problem.path, "was not written as it was read: \(problem.problem)",
            advice: "Check the disk and the memory of this machine; \(source.path) is as it was.")
        }
        try written.close()
        return report
      }
    } catch {
      unsafe unlink(aside)
      let problem = (error as? OutputError)?.cause ?? error
      guard var problem = problem as? StoreError else { throw error }
      if problem.kind == .stopped { throw Stopped("\(source.path) is as it was, and nothing else was written") }
      guard problem.file == aside else { throw error }
      problem.file = path
      throw OutputError(problem)
    }
  }
}
