internal import Foundation
internal import HDF5
internal import Microscopy

/// Compares what two files hold: values, calibrations, metadata, and how things were made.
///
/// Chunks, compression, free space, the view for HyperSpy and the checksums are no content. Values are read,
/// unless equal digests are to be trusted.
public struct StoreComparison {
  /// What two files have in common, and what not.
  public struct Outcome: Sendable {
    public var differences: [Difference] = []
    /// Differences in when, where and from what things were made.
    public var provenance: [Difference] = []
    /// Datasets that were compared.
    public var datasets = 0
    /// Bytes of values, of each file, that were read.
    public var bytesRead = 0
  }

  /// What a walk knows of the place it is at.
  private struct Place {
    var path: String
    var object = "/"
    var kind = "file"
    var isProvenance = false

    func child(_ name: String) -> Place {
      var place = self
      place.path = path == "/" ? "/\(name)" : "\(path)/\(name)"
      return place
    }
  }

  private let a: Store
  private let b: Store
  private let threads: Int
  private let trustsDigests: Bool
  private let proceeds: (_ path: String, _ done: Int, _ total: Int) -> Bool
  private var outcome = Outcome()
  /// The pairs of groups that were compared: hard links may form a loop.
  private var seen: Set<[ObjectIdentity]> = []

  /// - Parameters:
  ///   - threads: as many as there are cores when nil.
  ///   - trustsDigests: whether arrays with the same digest are taken to be the same, without reading them.
  ///   - progress: takes the path of an array that is read, the bytes done and their total.
  public init(
    _ a: Store, _ b: Store, threads: Int? = nil, trustsDigests: Bool = false,
    progress: @escaping (_ path: String, _ done: Int, _ total: Int) -> Step = { _, _, _ in .proceed }
  ) {
    self.a = a
    self.b = b
    self.trustsDigests = trustsDigests
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    proceeds = { progress($0, $1, $2) != .stop }
  }

  /// - Parameter path: the object to compare; the whole files for "/".
  /// - Throws: `missing` where one of the files has no such object; `stopped` when the callback says so.
  public mutating func run(_ path: String = "/") throws(StoreError) -> Outcome {
    let words = path.split(separator: "/")
    let path = "/" + words.joined(separator: "/")
    outcome = Outcome()
    seen = []
    do {
      for store in [a, b] where try !words.isEmpty && !store.root.exists(path) {
        throw StoreError(
          .missing, file: store.path, path: path, "there is nothing of that name",
          advice: "lamella info \(store.path) lists what there is.")
      }
      var place = Place(path: "/")
      for (index, word) in words.enumerated() {
        if case .group(let group) = try a.root.open(place.path) { try enter(group, &place) }
        place = place.child(String(word))
        place.isProvenance = Self.isProvenance(place, isGroup: index < words.count - 1)
      }
      try compare(a.root.open(path), b.root.open(path), place)
    } catch let error as StoreError {
      throw error
    } catch let error as HDF5Error {
      throw StoreError(error, file: a.path, path: path)
    } catch is CancellationError {
      throw StoreError(.stopped, file: a.path, "stopped before all was compared")
    } catch {
      throw StoreError(.file, file: a.path, path: path, "\(error)")
    }
    return outcome
  }

  private mutating func report(
    _ place: Place, _ aspect: Difference.Aspect, attribute: String? = nil, _ a: String?, _ b: String?,
    _ values: Difference.Values? = nil
  ) {
    let difference = Difference(
      object: place.object, kind: place.kind, path: place.path + (attribute.map { "@\($0)" } ?? ""), aspect: aspect, a: a,
      b: b, values: values)
    let isProvenance = place.isProvenance || aspect == .digest || attribute.map(Self.provenanceAttributes.contains) == true
    if isProvenance { outcome.provenance.append(difference) } else { outcome.differences.append(difference) }
  }

  /// Runs a comparison; what cannot be read is a difference.
  private mutating func attempt(_ place: Place, _ body: (inout StoreComparison) throws -> Void) throws {
    do {
      try body(&self)
    } catch let error as CancellationError {
      throw error
    } catch {
      report(place, .unreadable, nil, Store.clause(error))
    }
  }

  private mutating func compare(_ one: Node, _ other: Node, _ place: Place) throws {
    switch (one, other) {
    case (.group(let one), .group(let other)):
      guard seen.insert([try one.identity, try other.identity]).inserted else { return }
      try compare(one, other, place)
    case (.dataset(let one), .dataset(let other)): try compare(one, other, place)
    case (.datatype(let one), .datatype(let other)):
      if one.type != other.type { report(place, .type, one.type.description, other.type.description) }
    default: report(place, .kind, one.word, other.word)
    }
  }

  private mutating func compare(_ one: Group, _ other: Group, _ place: Place) throws {
    var place = place
    try enter(one, &place)
    try compare(one.attributes, other.attributes, place)
    let (links, others) = (try one.links(), try other.links())
    for name in Set((links + others).map(\.name)).sorted() where !Self.isNoContent(name, in: place) {
      var inner = place.child(name)
      let (link, counterpart) = (links.first { $0.name == name }, others.first { $0.name == name })
      inner.isProvenance = Self.isProvenance(inner, isGroup: false)
      try attempt(inner) { comparison in
        switch (link?.target, counterpart?.target) {
        case (.hard?, .hard?): try comparison.compare(one.open(name), other.open(name), inner)
        case (let target?, let another?):
          if target.words != another.words { comparison.report(inner, .kind, target.words, another.words) }
        case (let target?, nil):
          try comparison.report(inner, .missing, target.isHard ? one.open(name).words : target.words, nil)
        case (nil, let target?):
          try comparison.report(inner, .missing, nil, target.isHard ? other.open(name).words : target.words)
        case (nil, nil): break
        }
      }
    }
  }

  private mutating func compare(_ one: Dataset, _ other: Dataset, _ place: Place) throws {
    outcome.datasets += 1
    let isAxis = try one.attributes.contains("axis_name") && other.attributes.contains("axis_name")
    let known = outcome.differences.count
    try compare(one.attributes, other.attributes, place, without: isAxis ? ["long_name"] : [])
    let isRescaled =
      isAxis
      && outcome.differences[known...].contains {
        $0.path.hasSuffix("@scale") || $0.path.hasSuffix("@offset") || $0.path.hasSuffix("@uniform")
      }
    let (shape, otherShape) = (try one.shape, try other.shape)
    let types = one.type.content(unlike: other.type)
    if let types { report(place, .type, types.0, types.1) }
    if shape != otherShape { report(place, .shape, shape.timesWords, otherShape.timesWords) }
    // The values of an axis follow from the scale and offset, of which it was told already.
    guard types == nil, shape == otherShape, !isRescaled else { return }
    let digests = (
      try one.attributes.readIfPresent(FileLayout.digestAttribute, as: String.self),
      try other.attributes.readIfPresent(FileLayout.digestAttribute, as: String.self)
    )
    if trustsDigests, let digest = digests.0, digest == digests.1 { return }
    if try compareValues(one, other, shape, place), let digest = digests.0, let another = digests.1, digest != another {
      report(place, .digest, digest, another)
    }
  }

  /// Compares the values of two datasets of one shape and type; true when they are the same.
  private mutating func compareValues(
    _ one: Dataset, _ other: Dataset, _ shape: [Int], _ place: Place
  ) throws -> Bool {
    let bytes = try one.byteCount()
    outcome.bytesRead += bytes
    if one.type.isString {
      let (texts, others) = (try one.read(as: String.self), try other.read(as: String.self))
      let differing = texts.indices.filter { texts[$0] != others[$0] }
      guard let first = differing.first else { return true }
      let values = Difference.Values(count: differing.count, total: texts.count, first: shape.isEmpty ? [] : [first])
      report(place, .values, "\"\(texts[first])\"", "\"\(others[first])\"", shape.isEmpty ? nil : values)
    } else if ScalarType(one.type) != nil {
      let proceeds = proceeds
      let found = try ArrayComparison(one, other).run(threads: threads) { proceeds(place.path, $0, bytes) }
      guard let found else { return true }
      let units = (try one.units(), try other.units())
      report(
        place, .values, found.a + units.0, found.b + units.1, shape.isEmpty ? nil : found.values)
    } else if StoredTable.isTable(one), !one.type.isSelfContained {
      return try compareTables(one, other, place)
    } else {
      guard try one.readRaw() != other.readRaw() else { return true }
      if StoredTable.isTable(one), try !compareTables(one, other, place) { return false }
      report(place, .values, "\(one.type)", "\(other.type)")
    }
    return false
  }

  /// Compares two tables of the same columns; the first cell that differs is told.
  private mutating func compareTables(_ one: Dataset, _ other: Dataset, _ place: Place) throws -> Bool {
    let (columns, others) = (try StoredTable.columns(of: one), try StoredTable.columns(of: other))
    var same = true
    for (column, another) in zip(columns, others) {
      let (cells, otherCells) = (column.cells, another.cells)
      let differing = cells.indices.filter { cells[$0] != otherCells[$0] }
      guard let first = differing.first else { continue }
      same = false
      let values = Difference.Values(count: differing.count, total: cells.count, first: [first])
      let units = column.units.isEmpty ? "" : " \(column.units)"
      report(place.child(column.name), .values, cells[first] + units, otherCells[first] + units, values)
    }
    return same
  }

  private mutating func compare(
    _ one: Attributes, _ other: Attributes, _ place: Place, without: Set<String> = []
  ) throws {
    let (names, others) = (Set(try one.names), Set(try other.names))
    for name in names.union(others).sorted() where !Self.plumbing.contains(name) && !without.contains(name) {
      try attempt(place) { comparison in
        let words = names.contains(name) ? try one.open(name).words() : nil
        let otherWords = others.contains(name) ? try other.open(name).words() : nil
        if words != otherWords {
          comparison.report(place, words == nil || otherWords == nil ? .missing : .attribute, attribute: name, words, otherWords)
        }
      }
    }
  }

  /// Notes which object a group is.
  private func enter(_ group: Group, _ place: inout Place) throws {
    guard let kind = try group.kind() else { return }
    place.object = place.path
    place.kind = kind == .root ? "file" : kind.rawValue
  }

  /// Views and what serves the file alone.
  private static func isNoContent(_ name: String, in place: Place) -> Bool {
    name.hasPrefix(".") || place.path == "/" && [FileLayout.experiments, FileLayout.checksums].contains(name)
  }

  private static func isProvenance(_ place: Place, isGroup: Bool) -> Bool {
    if place.isProvenance { return true }
    let name = place.path.split(separator: "/").last.map(String.init) ?? ""
    if name == FileLayout.provenance { return true }
    return place.kind == FileLayout.Kind.result.rawValue && place.path == "\(place.object)/\(name)"
      && provenanceFields.contains(name)
  }

  /// The fields of a provenance, which lie among the arrays of a result.
  private static let provenanceFields: Set = [
    "operation", "parameters", "program", "version", "commit", "date", "duration", "processor", "cores", "host", "system",
    "note", "inputs", "sequence_index",
  ]
  private static let provenanceAttributes: Set = [
    "creator", "creator_version", "file_format_version", "original_file", "manifest",
  ]
  /// Attributes that HDF5's libraries keep for themselves, and the digest, which is about the values.
  private static let plumbing: Set = [
    FileLayout.digestAttribute, "CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST",
  ]
}
