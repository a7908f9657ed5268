import Blocks
import Synchronization

/// An array that is read a little at a time, so that reading can be stopped and watched.
///
/// Throws `CancellationError` when the observer wants the work stopped.
struct WatchedArray: ArraySource {
  let source: any ArraySource
  let observer: Observer
  /// What the observer is told of how much was read; nothing when nil.
  let phase: String?
  private let done = Counter()

  var shape: [Int] { source.shape }
  var elementSize: Int { source.elementSize }

  /// Bytes that are read without looking up, about.
  private static let stride = 64 << 20

  init(_ source: any ArraySource, _ phase: String?, _ observer: Observer) {
    self.source = source
    self.observer = observer
    self.phase = phase
  }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard let first = box.first else { return try piece(box) }
    let slice = box.dropFirst().reduce(elementSize) { $0 * $1.count }
    let step = max(1, Self.stride / max(1, slice))
    if first.count <= step { return try piece(box) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(slice * first.count)
    for start in Swift.stride(from: first.lowerBound, to: first.upperBound, by: step) {
      bytes += try piece([start..<min(start + step, first.upperBound)] + box.dropFirst())
    }
    return bytes
  }

  private func piece(_ box: [Range<Int>]) throws -> [UInt8] {
    if observer.isStopped() { throw CancellationError() }
    let bytes = try source.read(box)
    if let phase {
      // A writer that reads a second time, for the range of the values say, goes on at the end.
      observer.report(.init(phase, done: min(done.add(bytes.count), byteCount), of: byteCount, .bytes))
    }
    return bytes
  }

  private final class Counter: Sendable {
    private let value = Atomic(0)
    func add(_ count: Int) -> Int { value.add(count, ordering: .relaxed).newValue }
  }
}
