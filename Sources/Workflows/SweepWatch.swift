import Synchronization

/// Tells an observer how far a sweep over blocks has come, and the sweep whether to go on.
final class SweepWatch: Sendable {
  private let total: Int
  private let phase: String
  private let observer: Observer
  private let done = Atomic(0)
  private let isStopped = Atomic(false)

  init(_ total: Int, _ phase: String, _ observer: Observer) {
    self.total = total
    self.phase = phase
    self.observer = observer
  }

  /// Counts a block; false when it should not be worked on any more.
  func goesOn() -> Bool {
    let count = done.add(1, ordering: .relaxed).newValue
    observer.report(.init(phase, done: count, of: total, .items))
    if observer.isStopped() { isStopped.store(true, ordering: .relaxed) }
    return !isStopped.load(ordering: .relaxed)
  }

  /// - Throws: `Stopped`.
  func finish(_ file: String) throws {
    if isStopped.load(ordering: .relaxed) { throw Stopped("\(file) is as it was") }
  }
}
