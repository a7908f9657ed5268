import Store

/// Something in a file that can be made again.
enum RepeatTarget {
  case result(AnalysisResult, any ResultHolder)
  case map(Map)
  case mask(Mask, Map)

  /// - Parameters:
  ///   - path: as other commands take it, or a name alone, with `results/` or `masks/` before it where it is both.
  ///   - map: the map whose result or mask is meant.
  init(_ path: String, map: String?, in store: Store) throws {
    let words = path.split(separator: "/").map(String.init)
    if words.count == 3 || words.count == 4, words[1] == "masks" {
      let map = try store.map(words[0])
      self = .mask(try map.mask(words[2]), map)
    } else if words.count == 2, words[1] == "data" {
      self = .map(try store.map(words[0]))
    } else if Self.isPathOfResult(words) {
      let choice = try ResultChoice(path, in: store, with: .path)
      self = .result(choice.result, choice.holder)
    } else {
      self = try Self.only(path, words, map: map, in: store)
    }
  }

  private static func isPathOfResult(_ words: [String]) -> Bool {
    guard words.count >= 2, !["results", "masks"].contains(words[0]) else { return false }
    return words.count == 2 || words[0] == "series" || words[1] == "results"
  }

  /// What alone has a name.
  private static func only(_ path: String, _ words: [String], map: String?, in store: Store) throws -> Self {
    let kind = words.count == 2 && !path.hasPrefix("/") ? words[0] : nil
    var found: [Self] = []
    if let name = words.last, words.count == 1 || kind == "results" || kind == "masks" {
      let maps = try map.map { [try store.map($0)] } ?? store.maps
      if !path.hasPrefix("/") {
        let holders: [any ResultHolder] = try maps + (map == nil ? store.series : [])
        if kind != "masks" {
          for holder in holders { found += try holder.results.filter { $0.name == name }.map { .result($0, holder) } }
        }
        if kind != "results" {
          for map in maps { found += try map.masks.filter { $0.name == name }.map { .mask($0, map) } }
        }
      }
      if kind == nil, map == nil, try store.mapNames.contains(name) { found.append(.map(try store.map(name))) }
    }
    if found.count == 1 { return found[0] }
    let all = try found.isEmpty ? everything(in: store) : found
    throw StoreError(
      .missing, file: store.path, path: path,
      found.isEmpty ? "there is no result, no mask and no map of that name" : "there are \(found.count) objects of that name",
      advice: all.isEmpty ? "The file holds none." : "Say which: \(all.map(\.path).joined(separator: ", ")).")
  }

  private static func everything(in store: Store) throws -> [Self] {
    let holders: [any ResultHolder] = try store.maps + store.series
    return try store.maps.map { .map($0) } + store.maps.flatMap { map in try map.masks.map { .mask($0, map) } }
      + holders.flatMap { holder in try holder.results.map { .result($0, holder) } }
  }

  var store: Store {
    switch self {
    case .result(let result, _): result.store
    case .map(let map), .mask(_, let map): map.store
    }
  }

  var path: String {
    switch self {
    case .result(let result, _): result.path
    case .map(let map): map.path
    case .mask(let mask, _): mask.path
    }
  }

  var made: Provenance {
    get throws {
      switch self {
      case .result(let result, _): return try result.provenance
      case .map(let map):
        guard let made = try map.provenance else { throw withoutHistory }
        return made
      case .mask(let mask, _):
        guard let made = mask.provenance else { throw withoutHistory }
        return made
      }
    }
  }

  private var withoutHistory: WorkflowError {
    WorkflowError("\(store.path): nothing is kept of what made \(path)", advice: "Only what has a history can be repeated.")
  }

  /// The operation that made it, among those that can be repeated.
  func operation<Operation>(_ made: Provenance, among known: [String: Operation]) throws -> Operation {
    guard let operation = known[made.operation] else {
      throw WorkflowError(
        "\(store.path): \(path) was made by \"\(made.operation)\", which cannot be repeated",
        advice: "What can be repeated: \(known.keys.sorted().joined(separator: ", ")).")
    }
    return operation
  }
}
