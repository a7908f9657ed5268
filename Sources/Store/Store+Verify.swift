internal import Foundation
internal import HDF5

extension Store {
  /// Reads every dataset that has a digest and compares; an empty answer means that nothing changed.
  ///
  /// Of an array that changed each chunk is looked at once more, and those that changed are named. The scale, offset and units
  /// of an axis are held against its values and its label. Objects that cannot be opened are problems as well, and values that are
  /// gone. Datasets of other programs, which have no digest, are not read.
  ///
  /// - Parameters:
  ///   - threads: as many as there are cores when nil.
  ///   - progress: takes the bytes of decoded values done and their total.
  /// - Throws: `stopped` when `progress` says so.
  public func verify(
    threads: Int? = nil, progress: ProgressCallback? = nil
  ) throws(StoreError) -> [Problem] {
    try guarded(path) {
      let walk = DatasetWalk(try root)
      var sealed: [SealedDataset] = []
      var problems = walk.problems
      let limit = Self.largestExpansion.multipliedReportingOverflow(by: try file.byteCount())
      for dataset in walk.datasets {
        do {
          guard let digest: String = try dataset.attributes.readIfPresent(FileLayout.digestAttribute) else { continue }
          let bytes = try dataset.byteCount()
          if !limit.overflow, bytes > limit.partialValue {
            problems.append(Problem(dataset.path, "the shape \(try dataset.shape) is more than the file can hold"))
          } else {
            sealed.append(SealedDataset(dataset: dataset, digest: digest, bytes: bytes))
          }
        } catch {
          problems.append(Problem(dataset.path, "cannot be read: \(Self.clause(error))"))
        }
      }
      do {
        problems += try missingValues
      } catch {
        // What cannot be opened is among the problems already.
        if problems.isEmpty { problems.append(Problem("/", "cannot be listed: \(Self.clause(error))")) }
      }
      // Shapes of a damaged file may add up to more than fits; the total is only shown.
      let total = sealed.reduce(0) { $0 &+ $1.bytes }
      let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
      var done = 0
      for entry in sealed {
        if let problem = try entry.check(threads: threads, progress: { progress?(done &+ $0, total) != .stop }) {
          problems.append(problem)
        }
        done &+= entry.bytes
        guard progress?(done, total) != .stop else { throw CancellationError() }
      }
      return problems
    }
  }

  /// What is wrong with a file that could not be opened; nil when it may well be sound.
  ///
  /// A file that is not there, that may not be read, that another program holds or that is no HDF5 file has no damage to tell of.
  public static func damage(ofUnopened path: String) -> Problem? {
    do {
      _ = try File.open(path, access: access).root.attributes.readIfPresent(FileLayout.rootAttribute, as: Int64.self)
      return nil
    } catch {
      switch error.kind {
      case .notFound, .notHDF5, .locked, .unrecovered, .cannotOpen, .unsupported: return nil
      default: return Problem("/", truncation(of: path, failing: error) ?? "cannot be opened: \(error.problem)")
      }
    }
  }

  /// How much of a file is missing; nil when it is as long as it was.
  private static func truncation(of path: String, failing failure: HDF5Error) -> String? {
    // A superblock that does not match its own checksum has nothing to say.
    if failure.problem.contains("checksum") { return nil }
    do {
      guard let superblock = try Superblock(of: path), superblock.isTruncated else { return nil }
      return "truncated: \(superblock.byteCount) bytes, its superblock says \(superblock.endOfFile)"
    } catch {
      return error.problem
    }
  }

  /// No byte of a deflated stream stands for more than 1032 bytes; beside the chunks there is little in a file.
  private static let largestExpansion = 1100

  static func clause(_ error: any Error) -> String {
    switch error {
    case let error as StoreError: error.problem
    case let error as HDF5Error: error.problem
    default: "\(error)"
    }
  }
}

/// A dataset with the digest that its values had when they were written.
private struct SealedDataset {
  let dataset: Dataset
  let digest: String
  let bytes: Int

  /// Compares the values with the digest, and of an axis the attributes with the values; nil when all is as written.
  ///
  /// - Throws: `CancellationError` when `progress` says stop.
  func check(threads: Int, progress: (Int) -> Bool) throws -> Problem? {
    var found: String?
    var failure: String?
    do {
      found = try DatasetDigest(dataset).compute(
        memory: ChunkPipeline.usualMemory, threads: threads, progress: progress)
      if found == digest { return try dataset.calibrationProblem().map { Problem(dataset.path, $0) } }
    } catch let error as CancellationError {
      throw error
    } catch {
      failure = Store.clause(error)
    }
    do {
      if let search = try DamageSearch(dataset, digest: digest) {
        let chunks = try search.run(threads: threads) { progress(bytes) }
        if !chunks.isEmpty {
          let verb = chunks.count == 1 ? "is" : "are"
          return Problem(
            dataset.path, "\(chunks.count) of \(search.grid.count) chunks \(verb) not as written", chunks: chunks)
        }
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      failure = failure ?? Store.clause(error)
    }
    if let failure { return Problem(dataset.path, "cannot be read: \(failure)") }
    return Problem(
      dataset.path, "the values have changed: their SHA-256 is \(found ?? "unknown"), not \(digest)")
  }
}
