internal import Foundation
internal import HDF5

extension Store {
  /// Reads every dataset that has a digest and compares; an empty answer means that nothing changed.
  ///
  /// Datasets of other programs, which have no digest, are only read where this suite needs them, and not here.
  ///
  /// - Parameters:
  ///   - threads: as many as there are cores when nil.
  ///   - progress: takes the bytes of decoded values done and their total.
  /// - Throws: `stopped` when `progress` says so.
  public func verify(
    threads: Int? = nil, progress: ProgressCallback? = nil
  ) throws(StoreError) -> [Problem] {
    try guarded(path) {
      var datasets: [Dataset] = []
      try root.visit { _, node in
        if case .dataset(let dataset) = node { datasets.append(dataset) }
        return .proceed
      }
      var sealed: [(dataset: Dataset, digest: String, bytes: Int)] = []
      var problems: [Problem] = []
      for dataset in datasets {
        do {
          guard let digest: String = try dataset.attributes.readIfPresent(FileLayout.digestAttribute) else { continue }
          sealed.append((dataset, digest, try dataset.byteCount()))
        } catch {
          problems.append(Problem(dataset.path, "cannot be read: \(error)"))
        }
      }
      // Shapes of a damaged file may add up to more than fits; the total is only shown.
      let total = sealed.reduce(0) { $0 &+ $1.bytes }
      var done = 0
      for entry in sealed {
        do {
          try entry.dataset.checkClaims()
          let found = try DatasetDigest(entry.dataset).compute(
            memory: ChunkPipeline.usualMemory, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            progress: { progress?(done &+ $0, total) != .stop })
          if found != entry.digest {
            problems.append(
              Problem(entry.dataset.path, "the values have changed: their SHA-256 is \(found ?? "unknown"), not \(entry.digest)"))
          }
        } catch let error as CancellationError {
          throw error
        } catch let error as StoreError {
          problems.append(Problem(entry.dataset.path, "cannot be read: \(error.problem)"))
        } catch let error as HDF5Error {
          problems.append(Problem(entry.dataset.path, "cannot be read: \(error.problem)"))
        }
        done &+= entry.bytes
        guard progress?(done, total) != .stop else { throw CancellationError() }
      }
      return problems
    }
  }
}
