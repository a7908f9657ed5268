internal import HDF5

/// All datasets of a file, each once, and what of the file cannot be opened.
///
/// Groups that are damaged do not keep the walk from the rest. The view for HyperSpy comes last, so that what it shares with the
/// maps goes by the maps' names.
struct DatasetWalk {
  private(set) var datasets: [Dataset] = []
  private(set) var problems: [Problem] = []
  private var seen: Set<ObjectIdentity> = []
  private var failed: Set<UInt64> = []

  init(_ root: Group) {
    var waiting: [(group: Group, link: Link, path: String)] = []
    func list(_ group: Group, _ path: String, _ isLate: (Link) -> Bool = { _ in false }) -> [Problem] {
      do {
        let links = try group.links()
        for link in (links.filter { !isLate($0) } + links.filter(isLate)).reversed() {
          waiting.append((group, link, path == "/" ? "/\(link.name)" : "\(path)/\(link.name)"))
        }
        return []
      } catch {
        return [Problem(path, "cannot be listed: \(error.problem)")]
      }
    }
    problems += list(root, "/") { $0.name == FileLayout.experiments }
    while let (group, link, path) = waiting.popLast() {
      guard case .hard(let address) = link.target, !failed.contains(address) else { continue }
      do {
        let node = try group.open(link)
        guard seen.insert(try node.object.identity).inserted else { continue }
        switch node {
        case .group(let inner): problems += list(inner, path)
        case .dataset(let dataset): datasets.append(dataset)
        case .datatype: continue
        }
      } catch {
        failed.insert(address)
        problems.append(Problem(path, "cannot be opened: \(error.problem)"))
      }
    }
  }
}
