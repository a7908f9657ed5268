import Microscopy
public import Store

extension TraceHistory {
  /// - Throws: `StoreError`; `missing` when there is no object at the path.
  public func run() throws -> Report {
    let store = try Store.open(file)
    let paths = try path.map { [$0] } ?? store.everything
    let objects = try paths.map { Entry(try store.history(of: $0)) }
    try store.close()
    return Report(file: file, objects: objects)
  }

  /// The history as a graph, which also looks up whether the files that were imported are still the same.
  ///
  /// - Throws: `StoreError`; `Stopped`.
  public func graph(_ observer: Observer = .silent) throws -> HistoryGraph {
    let store = try Store.open(file)
    do {
      let graph = try store.historyGraph(
        of: path.map { [$0] } ?? store.everything, progress: observer.bytes("Reading what was imported"))
      try store.close()
      return graph
    } catch let error as StoreError where error.kind == .stopped {
      throw Stopped("\(file) is as it was")
    }
  }
}

extension TraceHistory.Entry {
  fileprivate init(_ history: History) {
    path = history.path
    file = history.file
    sha256 = history.sha256
    changed = history.hasChanged ? true : nil
    inputs = history.inputs.map(Self.init)
    guard let made = history.made else { return }
    operation = made.operation
    do {
      parameters = try made.parameters(as: MetadataTree.self)
    } catch {
      // Parameters that another program wrote in its own way are shown as they are.
      parameters = .text(made.parameters)
    }
    program = ([made.program, made.version] + (made.commit.isEmpty ? [] : ["(\(made.commit.prefix(12)))"]))
      .joined(separator: " ")
    date = made.started
    duration = made.duration
    machine = "\(made.machine.host): \(made.machine.processor), \(made.machine.cores) cores"
    note = made.note.isEmpty ? nil : made.note
  }
}

extension Store {
  /// The paths of everything that may have a history.
  fileprivate var everything: [String] {
    get throws {
      var paths: [String] = []
      for map in try maps {
        paths.append(map.path)
        paths += try map.images.map(\.path)
        paths += try map.masks.map(\.path)
        paths += try map.results.map(\.path)
      }
      for series in try series {
        paths.append(series.path)
        paths += try series.results.map(\.path)
      }
      paths += try models.map(\.path)
      return paths
    }
  }
}
