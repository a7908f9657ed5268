internal import HDF5
internal import Microscopy

/// The datasets of numbers of an HDF5 file.
struct DatasetList {
  struct Entry {
    var path: String
    var shape: [Int]
    var type: ScalarType
  }

  private static let maximalDepth = 32
  private static let maximalObjectCount = 20_000

  private var found: [Entry] = []
  /// Objects already visited: a file may link to a group from within it.
  private var visited: Set<ObjectIdentity> = []

  /// Those below a group that have at least one dimension, the largest first; each once, by the first path that leads to it.
  static func below(_ group: Group) throws(HDF5Error) -> [Entry] {
    var list = DatasetList()
    list.visited.insert(try group.identity)
    try list.visit(group, depth: 0)
    let count = { (shape: [Int]) in shape.reduce(1.0) { $0 * Double($1) } }
    return list.found.sorted { (count($1.shape), $0.path) < (count($0.shape), $1.path) }
  }

  private mutating func visit(_ group: Group, depth: Int) throws(HDF5Error) {
    guard depth < Self.maximalDepth, visited.count < Self.maximalObjectCount else { return }
    for link in try group.links() {
      guard case .hard = link.target else { continue }
      let node: Node
      do {
        node = try group.open(link.name)
      } catch  where error.kind != .closed {
        // A damaged or unknown object hides nothing but itself.
        continue
      }
      guard visited.insert(try node.object.identity).inserted else { continue }
      switch node {
      case .group(let child): try visit(child, depth: depth + 1)
      case .dataset(let dataset):
        let shape = try dataset.shape
        if let element = ArrayElement(dataset.type), !shape.isEmpty {
          found.append(Entry(path: dataset.path, shape: shape, type: element.type))
        }
      case .datatype: break
      }
    }
  }
}
