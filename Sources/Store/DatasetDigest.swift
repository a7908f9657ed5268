internal import Blocks
internal import Dispatch
internal import HDF5
internal import Microscopy
internal import Synchronization

/// The digest of what a dataset decodes to, computed by reading it.
struct DatasetDigest {
  let dataset: Dataset

  init(_ dataset: Dataset) { self.dataset = dataset }

  /// SHA-256 of the values in C order, little-endian; strings as their UTF-8, each closed by a NUL.
  ///
  /// - Parameters:
  ///   - memory: bytes of values in memory at a time, about.
  ///   - progress: takes the bytes done, and says whether to go on.
  func compute(memory: Int, threads: Int = 1, progress: (Int) -> Bool = { _ in true }) throws -> String? {
    let shape = try dataset.shape
    if dataset.type.isString { return Digest.sha256(texts: try dataset.read(as: String.self)) }
    guard ScalarType(dataset.type) != nil, !shape.isEmpty, !shape.contains(0) else {
      // Types of other programs are hashed as the file has them.
      return Digest.sha256(try dataset.readRaw(as: ScalarType(dataset.type)?.datatype ?? dataset.type))
    }
    let source = try DatasetReader(dataset)
    let chunk = dataset.chunkShape ?? shape.map { _ in 1 }
    let budget = max(1, memory / 2)
    let aligned = SlabPlan(shape: shape, chunk: chunk, elementSize: source.elementSize, budget: budget)
    let plan =
      aligned.isInOrder
      ? aligned : SlabPlan(shape: shape, chunk: shape.map { _ in 1 }, elementSize: source.elementSize, budget: budget)
    let digest = Digest()
    var done = 0
    for slab in plan.slabs {
      let bytes = try read(slab, chunk: chunk, from: source, threads: threads)
      digest.update(bytes)
      done += bytes.count
      guard progress(done) else { throw CancellationError() }
    }
    return digest.finish()
  }

  /// A slab in C order, read by several threads in parts along the dimension with most chunks.
  private func read(_ slab: [Range<Int>], chunk: [Int], from source: DatasetReader, threads: Int) throws -> [UInt8] {
    let steps = zip(slab, chunk).map { ($0.count + $1 - 1) / $1 }
    guard threads > 1, let axis = steps.indices.max(by: { steps[$0] < steps[$1] }), steps[axis] > 1 else {
      return try source.read(slab)
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
    let whole = Mutex([UInt8](repeating: 0, count: shape.reduce(source.elementSize, *)))
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { index in
      do {
        let bytes = try source.read(parts[index])
        let place = zip(parts[index], slab).map { $0.lowerBound - $1.lowerBound }
        let extents = parts[index].map(\.count)
        whole.withLock { whole in
          unsafe bytes.withUnsafeBytes { from in
            unsafe whole.withUnsafeMutableBytes { to in
              unsafe Box.copy(
                extents.map { 0..<$0 }, of: from, shape: extents, to: place, in: to, shape: shape,
                elementSize: source.elementSize)
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
