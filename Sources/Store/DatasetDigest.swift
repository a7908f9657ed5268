internal import HDF5
internal import Microscopy

/// The digest of what a dataset decodes to, computed by reading it.
struct DatasetDigest {
  let dataset: Dataset

  init(_ dataset: Dataset) { self.dataset = dataset }

  /// SHA-256 of the values in C order, little-endian; strings as their UTF-8, each closed by a NUL; tables
  /// row by row.
  ///
  /// - Parameters:
  ///   - memory: bytes of values in memory at a time, about.
  ///   - progress: takes the bytes done, and says whether to go on.
  func compute(memory: Int, threads: Int = 1, progress: (Int) -> Bool = { _ in true }) throws -> String? {
    let shape = try dataset.shape
    if dataset.type.isString { return Digest.sha256(texts: try dataset.read(as: String.self)) }
    if !dataset.type.isSelfContained, StoredTable.isTable(dataset) {
      return StoredTable.digest(try StoredTable.columns(of: dataset))
    }
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
      let bytes = try source.read(slab, by: chunk, threads: threads)
      digest.update(bytes)
      done += bytes.count
      guard progress(done) else { throw CancellationError() }
    }
    return digest.finish()
  }
}
