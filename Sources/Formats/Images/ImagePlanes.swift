internal import Blocks
internal import Microscopy

/// An array seen as images: its last two dimensions are the rows and columns, those before them count the images.
struct ImagePlanes {
  let map: ExportedMap
  let count: Int
  let y: Axis
  let x: Axis

  /// Nil when the last two dimensions do not make an image: one runs over beam positions and the other over channels.
  init?(_ map: ExportedMap) {
    let axes = map.metadata.axes
    guard axes.count >= 2, map.array.elementCount > 0 else { return nil }
    let plane = axes.suffix(2)
    guard let y = plane.first, let x = plane.last, y.role == x.role else { return nil }
    self.map = map
    self.y = y
    self.x = x
    count = axes.dropLast(2).reduce(1) { $0 * $1.size }
  }

  static let refusal = "it holds images, and these are spectra"

  var byteCount: Int { y.size * x.size * map.type.size }

  /// Visits the rows of one image in pieces of at most about 4 MB, each of them whole rows.
  func forEachRows(ofImage index: Int, _ visit: ([UInt8]) throws -> Void) throws {
    let axes = map.metadata.axes
    var box = map.array.wholeBox
    var rest = index
    for dimension in (0..<axes.count - 2).reversed() {
      let place = rest % axes[dimension].size
      rest /= axes[dimension].size
      box[dimension] = place..<place + 1
    }
    let step = max(1, (4 << 20) / (x.size * map.type.size))
    for start in stride(from: 0, to: y.size, by: step) {
      box[axes.count - 2] = start..<min(start + step, y.size)
      try visit(try map.array.read(box))
    }
  }
}
