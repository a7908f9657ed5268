extension Group {
  /// Whether a walk goes on below an object.
  public enum VisitStep: Hashable, Sendable { case proceed, skipChildren, stop }

  /// Walks all objects under the group, each once however many hard links lead to it.
  ///
  /// Groups come before what they hold, names in alphabetical order. Soft and external links are not followed.
  /// Paths are relative to the group. The group itself is not visited.
  public func visit(
    _ body: (_ path: String, _ node: Node) throws(HDF5Error) -> VisitStep
  ) throws(HDF5Error) {
    var seen: Set<ObjectIdentity> = [try identity]
    var waiting: [(group: Group, link: Link, path: String)] = []
    for link in try links().reversed() { waiting.append((self, link, link.name)) }
    while let (group, link, path) = waiting.popLast() {
      guard case .hard = link.target else { continue }
      let node = try group.open(link)
      guard seen.insert(try node.object.identity).inserted else { continue }
      switch try body(path, node) {
      case .stop: return
      case .skipChildren: continue
      case .proceed: break
      }
      if case .group(let inner) = node {
        for child in try inner.links().reversed() { waiting.append((inner, child, "\(path)/\(child.name)")) }
      }
    }
  }
}
