import Blocks
import Synchronization

/// An array that tells an observer how much of it was read, and stops the reading when the observer asks for it.
struct WatchedArray: ArraySource {
  let source: any ArraySource
  let observer: Observer
  let phase: String
  /// What is true of the output when the work is stopped.
  let stateWhenStopped: String
  private let done = Counter()

  var shape: [Int] { source.shape }
  var elementSize: Int { source.elementSize }

  init(_ source: any ArraySource, _ phase: String, stateWhenStopped: String, _ observer: Observer) {
    self.source = source
    self.observer = observer
    self.phase = phase
    self.stateWhenStopped = stateWhenStopped
  }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    if observer.isStopped() { throw Stopped(stateWhenStopped) }
    let bytes = try source.read(box)
    // A writer that reads a second time, for the range of the values say, goes on at the end.
    observer.report(.init(phase, done: min(done.add(bytes.count), byteCount), of: byteCount, .bytes))
    return bytes
  }

  private final class Counter: Sendable {
    private let value = Atomic(0)
    func add(_ count: Int) -> Int { value.add(count, ordering: .relaxed).newValue }
  }
}
