internal import Dispatch
internal import Synchronization

extension DatasetReader {
  /// A slab in C order, read by several threads in parts along the dimension with most steps of a chunk.
  func read(_ slab: [Range<Int>], by chunk: [Int], threads: Int) throws -> [UInt8] {
    let steps = zip(slab, chunk).map { ($0.count + $1 - 1) / $1 }
    guard threads > 1, let axis = steps.indices.max(by: { steps[$0] < steps[$1] }), steps[axis] > 1 else {
      return try read(slab)
    }
    let count = min(threads, steps[axis])
    let parts = (0..<count).map { number in
      var part = slab
      let start = slab[axis].lowerBound
      part[axis] =
        start + steps[axis] * number / count
        * chunk[axis]..<min(
          start + steps[axis] * (number + 1) / count * chunk[axis], slab[axis].upperBound)
      return part
    }
    let shape = slab.map(\.count)
    let whole = Mutex([UInt8](repeating: 0, count: shape.reduce(elementSize, *)))
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { index in
      do {
        let bytes = try read(parts[index])
        let place = zip(parts[index], slab).map { $0.lowerBound - $1.lowerBound }
        let extents = parts[index].map(\.count)
        whole.withLock { whole in
          unsafe bytes.withUnsafeBytes { from in
            unsafe whole.withUnsafeMutableBytes { to in
              unsafe Box.copy(
                extents.map { 0..<$0 }, of: from, shape: extents, to: place, in: to, shape: shape,
                elementSize: elementSize)
            }
          }
        }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return whole.withLock { $0 }
  }
}
