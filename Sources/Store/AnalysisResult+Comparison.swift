internal import HDF5
internal import Microscopy

extension AnalysisResult {
  /// Compares everything that the result holds (arrays, their axes, tables, numbers, texts) with what was made again.
  ///
  /// Stored values are read and hashed anew; that they no longer have the digest that was written with them is noted.
  public func compare(with draft: ResultDraft) throws(StoreError) -> [RepeatedValues] {
    try guarded(store.path, path) {
      let stored = try group.contents.filter { !Group.provenanceFields.contains($0.key.prefix { $0 != "/" }.description) }
      let repeated = try draft.group.contents
      return try Set(stored.keys).union(repeated.keys).sorted().map { name in
        try Self.compare(Self.display(name), stored[name], repeated[name])
      }
    }
  }

  /// Of a group and its signal the group's name: "spectra/spectra" is "spectra".
  private static func display(_ name: String) -> String {
    let words = name.split(separator: "/")
    return words.count > 1 && words.first == words.last ? words.dropLast().joined(separator: "/") : name
  }

  private static func compare(_ name: String, _ stored: Dataset?, _ repeated: Dataset?) throws -> RepeatedValues {
    let count = try (stored ?? repeated)?.shape.reduce(1, *) ?? 0
    var result = RepeatedValues(name: name, elements: count)
    result.stored = try stored.flatMap { try DatasetDigest($0).compute() }
    result.repeated = try repeated.flatMap { try DatasetDigest($0).compute() }
    guard let stored else {
      result.note = "the stored result does not have it"
      return result
    }
    guard let repeated else {
      result.note = "it was not made again"
      return result
    }
    let digest: String? = try stored.attributes.readIfPresent(FileLayout.digestAttribute)
    if let digest, digest != result.stored { result.note = "the stored values are not those that were written" }
    guard try stored.shape == repeated.shape, stored.type == repeated.type else {
      result.note = "type and shape are \(try stored.kind), made again \(try repeated.kind)"
      return result
    }
    if result.stored == result.repeated {
      result.differing = 0
    } else if stored.type.isString {
      let texts = try (stored.read(as: String.self), repeated.read(as: String.self))
      result.differing = zip(texts.0, texts.1).count { $0 != $1 }
    } else {
      let (a, b) = try (stored.storedArray(), repeated.storedArray())
      var differences = ElementDifferences()
      differences.add(a.bytes, b.bytes, a.type)
      (result.differing, result.largestRelativeDifference) = (differences.count, differences.largest)
    }
    return result
  }
}

extension Group {
  /// The datasets within, by their paths.
  fileprivate var contents: [String: Dataset] {
    get throws {
      var found: [String: Dataset] = [:]
      try visit { path, node in
        if case .dataset(let dataset) = node { found[path] = dataset }
        return .proceed
      }
      return found
    }
  }
}

extension Dataset {
  /// "float32, 3 × 20"
  fileprivate var kind: String {
    get throws { "\(type), \(try shape.map(String.init).joined(separator: " × "))" }
  }
}
