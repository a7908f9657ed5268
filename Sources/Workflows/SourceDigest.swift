import Dispatch
import Foundation
import Store
import Synchronization

/// The size and the SHA-256 of a file that is imported, computed by a thread of its own while the values are read.
///
/// The thread keeps near to the import, so that what one reads the other has just read: a file larger than memory comes from the
/// disk once.
final class SourceDigest: Sendable {
  private let shared = Shared()
  private let group = DispatchGroup()

  /// What the thread and those who wait for it share; the thread ends when nobody waits any more.
  private final class Shared: Sendable {
    let result = Mutex<Result<Provenance.Input, any Error>?>(nil)
    let isStopped = Atomic(false)
    /// Of the import, in parts per million.
    let progress = Atomic(0)

    /// Waits for the import when a part of the file is ahead of it.
    func follow(_ done: Int, of total: Int) {
      while !isStopped.load(ordering: .relaxed),
        Double(done - SourceDigest.lead) > Double(progress.load(ordering: .relaxed)) / 1e6 * Double(total)
      {
        Thread.sleep(forTimeInterval: 0.002)
      }
    }
  }

  /// Bytes that may be hashed before the import has come there: less than any machine keeps of a file that it read.
  private static let lead = 64 << 20

  init(_ path: String, _ observer: Observer) {
    let shared = shared
    DispatchQueue.global().async(group: group) {
      let result = Result<Provenance.Input, any Error> {
        try .wholeFile(path) { done, total in
          shared.follow(done, of: total)
          return observer.isStopped() || shared.isStopped.load(ordering: .relaxed) ? .stop : .proceed
        }
      }
      shared.result.withLock { $0 = result }
    }
  }

  deinit { shared.isStopped.store(true, ordering: .relaxed) }

  /// Tells how far the import has come.
  func follow(_ done: Int, of total: Int) {
    shared.progress.store(Int(Double(done) / Double(max(1, total)) * 1e6), ordering: .relaxed)
  }

  /// Waits for the end.
  ///
  /// - Throws: `StoreError`: `source` when the file cannot be read, `stopped`.
  func get() throws -> Provenance.Input {
    follow(1, of: 1)
    group.wait()
    guard let result = shared.result.withLock(\.self) else { throw CancellationError() }
    return try result.get()
  }
}
