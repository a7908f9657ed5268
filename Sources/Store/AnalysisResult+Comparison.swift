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

  private static func compare(_ name: String, _ stored: ResultPart?, _ repeated: ResultPart?) throws -> RepeatedValues {
    let count = try (stored ?? repeated)?.dataset.shape.reduce(1, *) ?? 0
    var result = RepeatedValues(name: name, elements: count)
    result.stored = try stored.flatMap { try $0.digest() }
    result.repeated = try repeated.flatMap { try $0.digest() }
    guard let stored else {
      result.note = "the stored result does not have it"
      return result
    }
    guard let repeated else {
      result.note = "it was not made again"
      return result
    }
    if try !stored.isAsWritten(result.stored) { result.note = "the stored values are not those that were written" }
    let type = stored.type
    guard try stored.dataset.shape == repeated.dataset.shape, type == repeated.type else {
      result.note = "type and shape are \(try stored.kind), made again \(try repeated.kind)"
      return result
    }
    if result.stored == result.repeated {
      result.differing = 0
    } else if type.isString {
      let texts = try (stored.texts(), repeated.texts())
      result.differing = zip(texts.0, texts.1).count { $0 != $1 }
    } else {
      let (a, b) = try (stored.array(), repeated.array())
      var differences = ElementDifferences()
      differences.add(a.bytes, b.bytes, a.type)
      (result.differing, result.largestRelativeDifference) = (differences.count, differences.largest)
    }
    return result
  }
}

/// A dataset of a result, or a column of a table: the same whether the table is a compound or, as version 0.1.0 wrote it, a
/// dataset for each column.
private struct ResultPart {
  let dataset: Dataset
  /// The column, where it is one of a table.
  var column: TableColumn?

  var type: Datatype {
    guard let column else { return dataset.type }
    return column.texts == nil ? .float64 : .string
  }

  func digest() throws -> String? {
    guard let column else { return try DatasetDigest(dataset).compute() }
    return switch column.values {
    case .numbers(let values): Digest.sha256(StoredArray(values).bytes)
    case .texts(let values): Digest.sha256(texts: values)
    }
  }

  /// Whether the values still are those that were written, as far as their digest tells.
  func isAsWritten(_ digest: String?) throws -> Bool {
    guard let written: String = try dataset.attributes.readIfPresent(FileLayout.digestAttribute) else { return true }
    return try written == (column == nil ? digest : DatasetDigest(dataset).compute())
  }

  func texts() throws -> [String] { try column?.texts ?? dataset.read(as: String.self) }
  func array() throws -> StoredArray { try column?.numbers.map { StoredArray($0) } ?? dataset.storedArray() }

  /// "float32, 3 × 20"
  var kind: String {
    get throws { "\(type), \(try dataset.shape.map(String.init).joined(separator: " × "))" }
  }
}

extension Group {
  /// The datasets within, by their paths; of tables the columns.
  fileprivate var contents: [String: ResultPart] {
    get throws {
      var found: [String: Dataset] = [:]
      try visit { path, node in
        if case .dataset(let dataset) = node { found[path] = dataset }
        return .proceed
      }
      var parts: [String: ResultPart] = [:]
      for (path, dataset) in found {
        if StoredTable.isTable(dataset) {
          for column in try StoredTable.columns(of: dataset) {
            parts["\(path)/\(column.name)"] = ResultPart(dataset: dataset, column: column)
          }
        } else {
          parts[path] = ResultPart(dataset: dataset)
        }
      }
      return parts
    }
  }
}
