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
      var seen: Set<ObjectIdentity> = []
      try collect(root, &seen, &datasets)
      var sealed: [(dataset: Dataset, digest: String, bytes: Int)] = []
      var problems: [Problem] = []
      for dataset in datasets {
        do {
          guard let digest: String = try dataset.attributes.readIfPresent(FileLayout.digestAttribute) else { continue }
          sealed.append((dataset, digest, try dataset.shape.reduce(dataset.type.size, *)))
        } catch {
          problems.append(Problem(dataset.path, "its digest cannot be read: \(error)"))
        }
      }
      let total = sealed.reduce(0) { $0 + $1.bytes }
      var done = 0
      for entry in sealed {
        do {
          let found = try DatasetDigest(entry.dataset).compute(
            memory: ChunkPipeline.usualMemory, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            progress: { progress?(done + $0, total) != .stop })
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
        done += entry.bytes
        guard progress?(done, total) != .stop else { throw CancellationError() }
      }
      return problems
    }
  }

  /// Every dataset of this file once, however many links lead to it.
  private func collect(_ group: Group, _ seen: inout Set<ObjectIdentity>, _ datasets: inout [Dataset]) throws {
    for link in try group.links() {
      guard case .hard = link.target else { continue }
      let node = try group.open(link.name)
      guard seen.insert(try node.object.identity).inserted else { continue }
      switch node {
      case .group(let child): try collect(child, &seen, &datasets)
      case .dataset(let dataset): datasets.append(dataset)
      case .datatype: continue
      }
    }
  }
}
