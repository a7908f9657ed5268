internal import HDF5

/// A walk through the objects of an HDF5 file that no file can make endless: each object is met once, and no more than a bound.
struct HDF5Walk {
  enum Step { case proceed, skipChildren, stop }

  static let maximalDepth = 32
  static let maximalObjectCount = 20_000

  private var visited: Set<ObjectIdentity> = []
  private var isStopped = false
  /// Links to other files, met on the way; they are followed when the file itself is done, so that its own paths win.
  private var foreign: [(group: Group, name: String, depth: Int)] = []

  /// Visits what hard links, and external ones where they may be followed, lead to, groups before what they hold.
  ///
  /// An object that cannot be opened hides nothing but itself. Soft links lead to what hard links lead to as well.
  static func visit(_ group: Group, _ body: (Node) throws(HDF5Error) -> Step) throws(HDF5Error) {
    var walk = HDF5Walk()
    walk.visited.insert(try group.identity)
    try walk.visit(group, depth: 0, body)
    while !walk.isStopped, !walk.foreign.isEmpty {
      let (group, name, depth) = walk.foreign.removeFirst()
      try walk.visit(group, name, depth: depth, body)
    }
  }

  private mutating func visit(
    _ group: Group, depth: Int, _ body: (Node) throws(HDF5Error) -> Step
  ) throws(HDF5Error) {
    guard depth < Self.maximalDepth else { return }
    let links: [Link]
    do {
      links = try group.links()
    } catch  where error.kind != .closed {
      return
    }
    for link in links {
      switch link.target {
      case .hard: try visit(group, link.name, depth: depth, body)
      case .external where foreign.count < Self.maximalObjectCount: foreign.append((group, link.name, depth))
      default: break
      }
      if isStopped { return }
    }
  }

  private mutating func visit(
    _ group: Group, _ name: String, depth: Int, _ body: (Node) throws(HDF5Error) -> Step
  ) throws(HDF5Error) {
    guard visited.count < Self.maximalObjectCount else { return }
    let node: Node
    let identity: ObjectIdentity
    do {
      node = try group.open(name)
      identity = try node.object.identity
    } catch  where error.kind != .closed {
      return
    }
    guard visited.insert(identity).inserted else { return }
    switch try body(node) {
    case .stop: isStopped = true
    case .skipChildren: break
    case .proceed:
      if case .group(let child) = node { try visit(child, depth: depth + 1, body) }
    }
  }
}
