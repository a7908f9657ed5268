import Store

/// A finished result of a file as people name it, and what it is kept with.
///
/// `nmf` alone where one map or series has a result of that name; `rock/nmf` or `rock/results/nmf` of a map, `series/all/nmf` of a
/// series. Where it is wanted, `:2` behind the name is a component, and what follows the name in a path something within the result.
/// A result whose own name ends so goes before the component of another.
struct ResultChoice {
  /// What a name may have besides the result's.
  struct Parts: OptionSet {
    let rawValue: Int
    static let component = Parts(rawValue: 1)
    static let path = Parts(rawValue: 2)
  }

  let result: AnalysisResult
  let holder: any ResultHolder
  /// Counted from 1.
  let component: Int?
  /// What follows the result in the path.
  let rest: [String]

  /// - Parameters:
  ///   - map: the map whose result is meant, of several of one name.
  ///   - series: the series whose result is meant, where the name is one alone.
  ///   - kind: what is sought, in words and by whether a result is that: for the list of those that there are.
  /// - Throws: `StoreError` when there is none or more than one; `WorkflowError` for one that is not finished.
  init(
    _ name: String, map: String? = nil, series: String? = nil, in store: Store, with parts: Parts = [],
    of kind: ResultKind = .any
  ) throws {
    let path = try Self.split(name, in: store)
    guard let word = path.words.first else {
      throw StoreError(.missing, file: store.path, path: name, "there is no result of that name")
    }
    if let holder = try path.holder ?? series.map({ try store.series($0) }) {
      try self.init(name, path.words, in: holder, parts)
      return
    }
    let holders: [any ResultHolder] = try store.maps + store.series
    let component = parts.contains(.component)
    var found = try holders.filter { try Self.find(word, in: $0, component: false) != nil }
    if found.isEmpty, component { found = try holders.filter { try Self.find(word, in: $0, component: true) != nil } }
    // A map that is named makes its own result win over those of other maps and series.
    if found.count > 1, let map { found = found.filter { $0.path == "/\(map)" } }
    guard found.count == 1 else {
      let all = try holders.flatMap { holder in
        try holder.results.filter(kind.isOne).map { "\(holder.path.dropFirst())/\($0.name)" }
      }
      let choice = found.isEmpty ? all : found.map { "\($0.path.dropFirst())/\(word)" }
      throw StoreError(
        .missing, file: store.path, path: name,
        found.isEmpty ? "there is no result of that name" : "\(found.count) results have that name",
        advice: choice.isEmpty ? kind.absence : "Say which: \(choice.joined(separator: ", ")).")
    }
    try self.init(name, path.words, in: found[0], parts)
  }

  /// A result of a map or series.
  ///
  /// - Throws: `WorkflowError` when the name is a path that leads to another one.
  init(_ name: String, of holder: any ResultHolder, with parts: Parts = []) throws {
    let path = try Self.split(name, in: holder.store)
    if let other = path.holder, other.path != holder.path {
      throw WorkflowError(
        "\(holder.store.path): \(name) is a result of \(other.path.dropFirst()), and one of \(holder.path.dropFirst()) is wanted",
        advice: "Name the result alone, or leave the map or series out.")
    }
    try self.init(name, path.words, in: holder, parts)
  }

  private init(_ name: String, _ words: [String], in holder: any ResultHolder, _ parts: Parts) throws {
    guard let word = words.first, words.count == 1 || parts.contains(.path) else {
      throw StoreError(
        .missing, file: holder.store.path, path: name, "the name goes beyond a result",
        advice: "Name the result itself, as rock/results/nmf.")
    }
    self.holder = holder
    rest = Array(words.dropFirst())
    if let found = try Self.find(word, in: holder, component: false) {
      (result, component) = (found, nil)
    } else if parts.contains(.component), let found = try Self.find(word, in: holder, component: true) {
      (result, component) = (found, Self.component(of: word)?.number)
    } else {
      (result, component) = (try holder.result(word), nil)
    }
    guard result.isComplete else {
      throw WorkflowError(
        "\(holder.store.path): \(result.path) is not finished", advice: "Finish it with the command that began it.")
    }
  }

  /// The map or series that a path begins with, if it is no name alone, and the words from the result on.
  private static func split(_ name: String, in store: Store) throws -> (holder: (any ResultHolder)?, words: [String]) {
    var words = name.split(separator: "/").map(String.init)
    var holder: (any ResultHolder)?
    if words.count >= 3, words[0] == "series" {
      holder = try store.series(words[1])
      words.removeFirst(2)
    } else if words.count >= 2 {
      holder = try store.map(words[0])
      words.removeFirst()
    }
    if words.count >= 2, words[0] == "results" { words.removeFirst() }
    return (holder, words)
  }

  /// A finished result by its name, or by what is before the colon in it.
  private static func find(_ word: String, in holder: any ResultHolder, component: Bool) throws -> AnalysisResult? {
    guard let name = component ? self.component(of: word)?.name : word else { return nil }
    return try holder.results.first { $0.name == name }
  }

  /// Whether a map or series has a finished result of a name alone, or of what is before the colon in it.
  static func isResult(_ word: String, in store: Store) throws -> Bool {
    let holders: [any ResultHolder] = try store.maps + store.series
    return try holders.contains { holder in
      try [false, true].contains { try find(word, in: holder, component: $0) != nil }
    }
  }

  /// "nmf:2" → ("nmf", 2)
  private static func component(of word: String) -> (name: String, number: Int)? {
    guard let colon = word.lastIndex(of: ":"), let number = Int(word[word.index(after: colon)...]) else { return nil }
    return (String(word[..<colon]), number)
  }

  /// The maps that the result has images of, with the names of these arrays: one for a result of a map.
  func images(_ array: String, of map: String?) throws -> [(map: Map, array: String)] {
    var images: [(map: Map, array: String)]
    if let series = holder as? Series {
      images = try series.members.map { ($0.map, "\(array)/\($0.link)") }
    } else {
      images = [holder].compactMap { $0 as? Map }.map { ($0, array) }
    }
    if let map {
      images = images.filter { $0.map.name == map }
      guard !images.isEmpty else {
        throw WorkflowError("\(result.path) has nothing of the map \"\(map)\"", advice: "Name a map that it was made from.")
      }
    }
    let arrays = try result.arrayNames
    for image in images where !arrays.contains(image.array) {
      throw WorkflowError(
        "\(result.path) has no array \"\(image.array)\"",
        advice: "Name a result with images of components, such as that of lamella nmf.")
    }
    return images
  }
}

/// What kind of results a command works on.
struct ResultKind {
  /// What to say where there is none.
  var absence: String
  var isOne: (AnalysisResult) throws -> Bool

  static var any: Self { Self(absence: "There is none yet.") { _ in true } }
  static var spectrum: Self {
    Self(absence: "There is no spectrum yet; lamella spectrum sums one up.") { result in
      try !Set(result.arrayNames).isDisjoint(with: ["spectrum", "spectra"])
    }
  }
}

extension AnalysisResult {
  /// The image of a component, counted from 1, of an array of components × pixels.
  ///
  /// - Parameter isShare: whether it is divided by the sum of all components, where film of any thickness looks the same; NaN where
  ///   that is zero.
  func image(_ component: Int, of array: String, for map: Map, isShare: Bool = false) throws -> [Double] {
    let (values, _) = try self.array(array)
    guard let numbers = values.numbers, values.shape.dropFirst().elementsEqual(map.navigationShape), values.shape.count > 1 else {
      throw WorkflowError(
        "\(path)/\(array) has the shape \(values.shape), and the map \(map.navigationShape)",
        advice: "Name a result of this map with images of components.")
    }
    guard (1...max(1, values.shape[0])).contains(component), values.shape[0] > 0 else {
      throw WorkflowError(
        "\(path) has no component \(component)", advice: "It has components 1 to \(values.shape[0]).")
    }
    let size = numbers.count / values.shape[0]
    let image = Array(numbers[(component - 1) * size..<component * size])
    guard isShare else { return image }
    return image.indices.map { pixel in
      let sum = stride(from: pixel, to: numbers.count, by: size).reduce(0) { $0 + numbers[$1] }
      return sum != 0 ? image[pixel] / sum : .nan
    }
  }
}
