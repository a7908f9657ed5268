import Foundation

/// What several threads found.
final class Gathered<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [Value] = []
  var all: [Value] { lock.withLock { values } }
  func append(_ value: Value) { lock.withLock { values.append(value) } }
}
