import Dispatch
import Store
import Synchronization

/// The size and the SHA-256 of a file that is imported, computed by a thread of its own while the values are read.
final class SourceDigest: Sendable {
  private let outcome: Outcome
  private let group = DispatchGroup()

  /// What the thread and those who wait for it share; the thread ends when nobody waits any more.
  private final class Outcome: Sendable {
    let result = Mutex<Result<Provenance.Input, any Error>?>(nil)
    let isStopped = Atomic(false)
  }

  init(_ path: String, _ observer: Observer) {
    let outcome = Outcome()
    self.outcome = outcome
    DispatchQueue.global().async(group: group) {
      let result = Result<Provenance.Input, any Error> {
        try .wholeFile(path) { _, _ in
          observer.isStopped() || outcome.isStopped.load(ordering: .relaxed) ? .stop : .proceed
        }
      }
      outcome.result.withLock { $0 = result }
    }
  }

  deinit { outcome.isStopped.store(true, ordering: .relaxed) }

  /// Waits for the end.
  ///
  /// - Throws: `StoreError`: `source` when the file cannot be read, `stopped`.
  func get() throws -> Provenance.Input {
    group.wait()
    guard let result = outcome.result.withLock(\.self) else { throw CancellationError() }
    return try result.get()
  }
}
