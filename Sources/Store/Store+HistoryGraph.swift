internal import Foundation
internal import HDF5

extension Store {
  /// What objects were made from, and what that was made from, down to the files that were imported, as a graph.
  ///
  /// Files that are named are looked for where they were relative to the file that names them, then beside it. A file that is
  /// reached under several names is one node.
  ///
  /// - Parameter paths: of maps, images, masks, results, series or models, or of anything within one.
  /// - Throws: `missing` when there is no object at a path; `stopped`.
  public func historyGraph(of paths: [String], progress: ProgressCallback? = nil) throws(StoreError) -> HistoryGraph {
    try guarded(path) {
      var tracer = GraphTracer(self, progress: progress)
      for path in paths { try tracer.ask(for: path.hasPrefix("/") ? path : "/\(path)") }
      try tracer.trace()
      return tracer.graph
    }
  }
}

/// Follows inputs from object to object, each object once.
private struct GraphTracer {
  private struct Place: Hashable {
    var file: FileIdentity
    var path: String
  }

  private let origin: Store
  private let progress: ProgressCallback?
  private var stores: [FileIdentity: Store]
  private var known: [Place: Int] = [:]
  private var waiting: [(index: Int, owner: Store.Owner, store: Store)] = []
  private(set) var graph = HistoryGraph()

  init(_ store: Store, progress: ProgressCallback?) {
    origin = store
    self.progress = progress
    stores = [FileIdentity(store.path): store]
  }

  mutating func ask(for path: String) throws {
    guard let owner = try origin.root.exists(path) ? try origin.owner(of: path) : nil else {
      throw origin.missing(path)
    }
    _ = try node(owner, in: origin)
  }

  mutating func trace() throws {
    var next = 0
    while next < waiting.count {
      let (index, owner, store) = waiting[next]
      next += 1
      if owner.kind == .series {
        // A series takes its maps as they are: any values will do.
        for member in try Series(owner.group, in: store).linkedMaps {
          try addEdge(from: member, to: index, of: nil, in: store, takingAny: true)
        }
      } else if let made = try owner.provenance() {
        for input in made.inputs { try addEdge(from: input, to: index, of: made, in: store) }
      }
    }
  }

  private mutating func addEdge(
    from input: Provenance.Input, to target: Int, of made: Provenance?, in store: Store, takingAny: Bool = false
  ) throws {
    var check = try store.check(input, of: made, .recorded, progress: progress)
    if takingAny, check.state != .missing { check.state = .same }
    let source = try node(input, check, in: store)
    graph.edges.append(
      HistoryGraph.Edge(
        from: graph.nodes[source].id, to: graph.nodes[target].id, path: input.path == "/" ? nil : input.path,
        sha256: input.sha256, state: check.state))
  }

  /// The node of what an operation read, wherever it is now.
  private mutating func node(_ input: Provenance.Input, _ check: InputCheck, in store: Store) throws -> Int {
    if input.path != "/", check.state != .missing, let place = check.place {
      let other = try open(place)
      if let owner = try other.owner(of: input.path) { return try node(owner, in: other) }
    }
    let place = check.place ?? input.file.map { store.place(of: $0) } ?? store.path
    let identity = Place(file: FileIdentity(place), path: input.path)
    if let index = known[identity] { return index }
    let isWhole = input.path == "/"
    return add(
      identity,
      HistoryGraph.Node(
        id: "", kind: isWhole ? .file : .unknown, file: place.named(from: origin.path), path: isWhole ? nil : input.path,
        missing: check.state == .missing, sha256: check.found ?? input.sha256, size: input.size))
  }

  private mutating func node(_ owner: Store.Owner, in store: Store) throws -> Int {
    let identity = Place(file: FileIdentity(store.path), path: owner.group.path)
    if let index = known[identity] { return index }
    let made = owner.kind == .series ? nil : try owner.provenance()
    let index = add(
      identity,
      HistoryGraph.Node(
        id: "", kind: .init(rawValue: owner.kind.rawValue) ?? .unknown, file: store.path.named(from: origin.path),
        path: owner.group.path, missing: false, sha256: try store.digest(at: owner.group.path), operation: made?.operation,
        program: made?.program, version: made?.version, commit: made?.commit, date: made?.started,
        machine: made?.machine.host))
    waiting.append((index, owner, store))
    return index
  }

  private mutating func add(_ identity: Place, _ node: HistoryGraph.Node) -> Int {
    let index = graph.nodes.count
    graph.nodes.append(node)
    graph.nodes[index].id = "n\(index + 1)"
    known[identity] = index
    return index
  }

  private mutating func open(_ place: String) throws -> Store {
    let identity = FileIdentity(place)
    if let store = stores[identity] { return store }
    let store = try Store.open(place)
    stores[identity] = store
    return store
  }
}

extension Series {
  /// The maps as inputs; also those that are not to be had.
  fileprivate var linkedMaps: [Provenance.Input] {
    get throws {
      let links = try Dictionary(uniqueKeysWithValues: group.group("maps").links().map { ($0.name, $0) })
      return try self.links.map { name in
        switch links[name]?.target {
        case .external(let file, let target): Provenance.Input(path: target, file: file)
        case .soft(let target): Provenance.Input(path: target)
        default: Provenance.Input(path: "\(path)/maps/\(name)")
        }
      }
    }
  }
}
