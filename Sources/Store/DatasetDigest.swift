internal import HDF5
internal import Microscopy

/// The digest of what a dataset decodes to, computed by reading it.
struct DatasetDigest {
  let dataset: Dataset

  init(_ dataset: Dataset) { self.dataset = dataset }

  /// SHA-256 of the values in C order, little-endian; strings as their UTF-8, each closed by a NUL.
  ///
  /// - Parameter memory: bytes of values in memory at a time, about.
  func compute(memory: Int) throws -> String? {
    let shape = try dataset.shape
    if dataset.type.isString { return Digest.sha256(texts: try dataset.read(as: String.self)) }
    // Types of our own are read little-endian; others as the file has them.
    let type = ScalarType(dataset.type)?.datatype ?? dataset.type
    guard !shape.isEmpty, !shape.contains(0) else { return Digest.sha256(try dataset.readRaw(as: type)) }
    let chunk = dataset.chunkShape ?? shape.map { _ in 1 }
    let budget = max(1, memory / 2)
    let aligned = SlabPlan(shape: shape, chunk: chunk, elementSize: type.size, budget: budget)
    let plan =
      aligned.isInOrder
      ? aligned : SlabPlan(shape: shape, chunk: shape.map { _ in 1 }, elementSize: type.size, budget: budget)
    let digest = Digest()
    for slab in plan.slabs { digest.update(try dataset.readRaw(.box(slab), as: type)) }
    return digest.finish()
  }
}
