internal import Dispatch
internal import Synchronization

/// Runs the parts of a task in parallel, as many at a time as there are processors.
///
/// Parts behind one that failed may be left out. Of several errors, that of the first part in order is thrown, however the
/// threads ran.
func concurrently<Failure: Error>(
  _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
) throws(Failure) {
  let failure = Mutex<(part: Int, error: Failure)?>(nil)
  DispatchQueue.concurrentPerform(iterations: count) { part in
    guard failure.withLock({ $0.map { part < $0.part } ?? true }) else { return }
    do throws(Failure) {
      try body(part)
    } catch {
      failure.withLock { if $0.map({ part < $0.part }) ?? true { $0 = (part, error) } }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.error }
}
