/// Objects of any number of files, and which of them were used to make which.
public struct HistoryGraph: Codable, Hashable, Sendable {
  /// An object of a Lamella file, or a file of another kind.
  public struct Node: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
      case file, map, image, mask, result, series, model
      /// Something that is not there, so that nothing is known of it.
      case unknown
    }

    /// "n1", "n2" …
    public var id: String
    public var kind: Kind
    /// As it is named from the file that was asked about.
    public var file: String
    /// Nil for a whole file.
    public var path: String?
    /// Whether it is not to be had any more.
    public var missing: Bool
    /// SHA-256 as it is stored; of a whole file as it was used, or as it is where it has changed.
    public var sha256: String?
    /// Bytes of a whole file.
    public var size: Int?
    public var operation: String?
    public var program: String?
    public var version: String?
    public var commit: String?
    /// ISO 8601, UTC.
    public var date: String?
    public var machine: String?
  }

  /// That an object was used to make another.
  public struct Edge: Codable, Hashable, Sendable {
    /// The node that was used.
    public var from: String
    /// The node that was made.
    public var to: String
    /// What of a Lamella file was read.
    public var path: String?
    /// SHA-256 when it was read.
    public var sha256: String?
    /// Whether it is what it was then.
    public var state: InputCheck.State
  }

  /// What was asked for first, then what it was made from, step by step.
  public var nodes: [Node] = []
  public var edges: [Edge] = []

  /// The nodes in an order in which each comes after all that it was made from; in a circle, which only a forged file
  /// has, in any order.
  public var inOrderOfMaking: [Node] {
    let inputs = Dictionary(grouping: edges, by: \.to)
    let byName = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
    var seen: Set<String> = []
    var ordered: [Node] = []
    for node in nodes where !seen.contains(node.id) {
      // A node is waited for until its inputs are done: once on the way down, once on the way up.
      var waiting = [(id: node.id, isDone: false)]
      while let (id, isDone) = waiting.popLast() {
        if isDone {
          if let node = byName[id] { ordered.append(node) }
        } else if seen.insert(id).inserted {
          waiting.append((id, true))
          waiting += (inputs[id] ?? []).reversed().map { ($0.from, false) }
        }
      }
    }
    return ordered
  }
}
