internal import Blocks

/// Arrays of one shape behind one another along a new slowest dimension.
struct StackedArray: ArraySource {
  private let layers: [any ArraySource]

  /// Nil unless there is a layer and all have the same shape and element size.
  init?(_ layers: [any ArraySource]) {
    guard let first = layers.first,
      layers.allSatisfy({ $0.shape == first.shape && $0.elementSize == first.elementSize })
    else { return nil }
    self.layers = layers
  }

  var shape: [Int] { [layers.count] + layers[0].shape }
  var elementSize: Int { layers[0].elementSize }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    let inner = Array(box.dropFirst())
    guard let chosen = box.first, !chosen.isEmpty else { return [] }
    if chosen.count == 1 { return try layers[chosen.lowerBound].read(inner) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(box.reduce(elementSize) { $0 * $1.count })
    for index in chosen { bytes += try layers[index].read(inner) }
    return bytes
  }
}
