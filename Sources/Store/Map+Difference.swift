public import Blocks
internal import Foundation
internal import HDF5
public import Microscopy

extension Map {
  /// How the values differ from those of an array, element by element and bit by bit; nil where they do not.
  ///
  /// One pass over both, a slab at a time. `a` of the difference is the first element of the map that differs in words, `b` that of
  /// the array.
  /// - Parameter progress: takes the bytes of the map done.
  /// - Throws: what the array throws, `StoreError` for the map, `CancellationError` when `progress` says stop.
  public func difference(
    from array: any ArraySource, type other: ScalarType, threads: Int? = nil, progress: ProgressCallback? = nil
  ) throws -> Difference? {
    var difference = Difference(object: path, kind: "map", path: dataset.path, aspect: .values)
    guard type == other, shape == array.shape else {
      func text(_ type: ScalarType, _ shape: [Int]) -> String {
        "\(shape.map(String.init).joined(separator: " × ")) \(type.rawValue)"
      }
      difference.aspect = type == other ? .shape : .type
      (difference.a, difference.b) = (text(type, shape), text(other, array.shape))
      return difference
    }
    let total = byteCount
    let found = try ArrayComparison(dataset, array).run(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, progress: { progress?($0, total) != .stop })
    guard let found else { return nil }
    (difference.values, difference.a, difference.b) = (found.values, found.a, found.b)
    return difference
  }
}
