import Microscopy
public import Store

extension TraceHistory {
  /// - Throws: `StoreError`; `missing` when there is no object at the path.
  public func run() throws -> Report {
    let store = try Store.open(file)
    let paths = try store.paths(path)
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
        of: store.paths(path), progress: observer.bytes("Reading what was imported"))
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
  /// The path of an object that is named by it, or by less: a result or mask by its name alone, a result as rock/nmf.
  fileprivate func paths(_ name: String?) throws -> [String] {
    guard let name else { return try everything }
    do throws(StoreError) {
      _ = try history(of: name)
      return [name]
    } catch {
      let words = name.split(separator: "/").map(String.init)
      guard error.kind == .missing, let first = words.first else { throw error }
      let isShort = words.count == 1 || words.count == (first == "series" ? 3 : 2)
      guard isShort, !["models", "series"].contains(first) || words.count == 3 else { throw error }
      if words.count == 1, try !ResultChoice.isResult(first, in: self) {
        let masks = try maps.flatMap { try $0.masks.filter { $0.name == first }.map(\.path) }
        if masks.count == 1 { return masks }
      }
      return [try ResultChoice(name, in: self).result.path]
    }
  }

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
