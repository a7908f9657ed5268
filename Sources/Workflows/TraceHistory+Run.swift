import HDF5
import Microscopy
import Store

extension TraceHistory {
  /// - Throws: `StoreError`; `missing` when there is no object at the path.
  public func run() throws -> Report {
    let store = try Store.open(file)
    let objects: [Entry]
    if let path {
      objects = [try entry(path, in: store)]
    } else {
      objects = try store.everything.map { try entry($0, in: store) }
    }
    try store.close()
    return Report(file: file, objects: objects)
  }

  private func entry(_ path: String, in store: Store) throws -> Entry {
    let words = path.split(separator: "/").map(String.init)
    let holder: any ResultHolder
    let rest: [String]
    switch words.first {
    case "series" where words.count > 1:
      holder = try store.series(words[1])
      rest = Array(words.dropFirst(2))
    case let name?:
      holder = try store.map(name)
      rest = Array(words.dropFirst())
    case nil:
      holder = try store.map()
      rest = []
    }
    if rest.count >= 2, rest[0] == "results" {
      let result = try holder.result(rest[1])
      return try described(Entry(path: result.path), made: result.provenance, in: store)
    }
    guard rest.isEmpty || rest[0] == "data" else {
      throw StoreError(
        .missing, file: store.path, path: path, "there is no object with a history at this path",
        advice: "Name a map, a result or a series: \(try store.everything.joined(separator: ", ")).")
    }
    if let map = holder as? Map {
      var entry = Entry(path: "/\(map.name)")
      entry.sha256 = try map.digest
      return try described(entry, made: map.provenance, in: store)
    }
    var entry = Entry(path: holder.group.path)
    if let series = holder as? Series {
      entry.inputs = try series.maps.map { map in
        try self.input(try map.input, in: store)
      }
    }
    return entry
  }

  private func described(_ entry: Entry, made: Provenance?, in store: Store) throws -> Entry {
    guard let made else { return entry }
    var entry = entry
    entry.operation = made.operation
    do {
      entry.parameters = try made.parameters(as: MetadataTree.self)
    } catch {
      // Parameters that another program wrote in its own way are shown as they are.
      entry.parameters = .text(made.parameters)
    }
    entry.program = ([made.program, made.version] + (made.commit.isEmpty ? [] : ["(\(made.commit.prefix(12)))"]))
      .joined(separator: " ")
    entry.date = made.started
    entry.duration = made.duration
    entry.machine = "\(made.machine.host): \(made.machine.processor), \(made.machine.cores) cores"
    entry.note = made.note.isEmpty ? nil : made.note
    entry.inputs = try made.inputs.map { try input($0, in: store) }
    return entry
  }

  /// What an operation read: an object of this file with its own history, or what is known of something elsewhere.
  private func input(_ input: Provenance.Input, in store: Store) throws -> Entry {
    let name = input.path.split(separator: "/").first.map(String.init) ?? ""
    guard input.file == nil, try store.mapNames.contains(name) else {
      return Entry(path: input.path, file: input.file, sha256: input.sha256)
    }
    let map = try store.map(name)
    var entry = Entry(path: input.path)
    entry.sha256 = input.sha256
    return try described(entry, made: map.provenance, in: store)
  }
}

extension Store {
  /// The paths of all maps, series and results: what has a history.
  fileprivate var everything: [String] {
    get throws {
      try maps.flatMap { map in try ["/\(map.name)"] + map.results.map(\.path) }
        + series.flatMap { series in try [series.path] + series.results.map(\.path) }
    }
  }
}
