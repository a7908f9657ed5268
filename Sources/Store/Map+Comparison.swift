public import Blocks
internal import Foundation
internal import HDF5
public import Microscopy

extension Map {
  /// Compares the values and the axes of the map with those that were made again.
  ///
  /// One pass over both; another one to count the elements that differ, if any do.
  /// - Throws: what the array throws, or `CancellationError` when `progress` says stop.
  public func compare(
    with array: any ArraySource, type other: ScalarType, axes others: [Axis], threads: Int? = nil,
    progress: ProgressCallback? = nil
  ) throws -> [RepeatedValues] {
    let signal = "\(FileLayout.data)/\(dataset.path.split(separator: "/").last ?? "")"
    var values = RepeatedValues(name: signal, elements: array.elementCount)
    let total = byteCount + array.byteCount
    func step(_ done: Int) -> Bool { progress?(done, total) != .stop }
    values.stored = try DatasetDigest(dataset).compute(
      memory: ChunkPipeline.usualMemory, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, progress: step)
    let plan = SlabPlan(
      shape: array.shape, chunk: array.shape.map { _ in 1 }, elementSize: array.elementSize, budget: Self.slabSize)
    let digest = Digest()
    var done = byteCount
    for slab in plan.slabs {
      let bytes = try array.read(slab)
      digest.update(bytes)
      done += bytes.count
      guard step(done) else { throw CancellationError() }
    }
    values.repeated = digest.finish()
    if let recorded = try self.digest, recorded != values.stored {
      values.note = "the stored values are not those that were written"
    }
    if type != other || shape != array.shape {
      values.note = "type and shape are \(Self.kind(type, shape)), made again \(Self.kind(other, array.shape))"
    } else if values.stored == values.repeated {
      values.differing = 0
    } else {
      let stored = try self.array
      var differences = ElementDifferences()
      for slab in plan.slabs {
        differences.add(try stored.read(slab), try array.read(slab), type)
        guard step(total) else { throw CancellationError() }
      }
      (values.differing, values.largestRelativeDifference) = (differences.count, differences.largest)
    }
    return [values] + compare(axes: others)
  }

  private static let slabSize = 16 << 20

  private func compare(axes others: [Axis]) -> [RepeatedValues] {
    guard axes.count == others.count else { return [] }
    return zip(axes, others).map { own, other in
      var result = RepeatedValues(name: "\(FileLayout.data)/\(own.name)", elements: own.size)
      let (a, b) = (StoredArray(own.coordinates), StoredArray(other.coordinates))
      (result.stored, result.repeated) = (Digest.sha256(a.bytes), Digest.sha256(b.bytes))
      if (own.name, own.units, own.role) != (other.name, other.units, other.role) {
        result.note = "the axis is \(own.name) in \"\(own.units)\", made again \(other.name) in \"\(other.units)\""
      }
      guard a.count == b.count else { return result }
      var differences = ElementDifferences()
      differences.add(a.bytes, b.bytes, .float64)
      (result.differing, result.largestRelativeDifference) = (differences.count, differences.largest)
      return result
    }
  }

  private static func kind(_ type: ScalarType, _ shape: [Int]) -> String {
    "\(type.rawValue), \(shape.map(String.init).joined(separator: " × "))"
  }
}
