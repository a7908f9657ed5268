import Blocks
import Microscopy
import Store

/// The values of a map in a file as an array to read from.
struct StoredMap: ArraySource {
  let map: Map
  var shape: [Int] { map.shape }
  var elementSize: Int { map.type.size }
  func read(_ box: [Range<Int>]) throws -> [UInt8] { try map.read(box) }
}
