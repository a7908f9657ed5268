public import HDF5

/// What results are kept with: a map, or a series of maps.
public protocol ResultHolder: Sendable {
  var store: Store { get }
  var path: String { get }
  /// The group of the map or series.
  var group: Group { get }
  /// The map itself, or the maps of the series in their order.
  var maps: [Map] { get throws(StoreError) }
}

extension ResultHolder {
  /// The finished results, in the order they were made.
  public var results: [AnalysisResult] {
    get throws(StoreError) { try allResults.filter(\.isComplete) }
  }

  /// The checkpoints of operations that have not finished.
  public var unfinishedResults: [AnalysisResult] {
    get throws(StoreError) { try allResults.filter { !$0.isComplete } }
  }

  /// A result, finished or not.
  public func result(_ name: String) throws(StoreError) -> AnalysisResult {
    let all = try allResults
    guard let result = all.first(where: { $0.name == name }) else {
      throw StoreError(
        .missing, file: store.path, path: "\(group.path)/\(FileLayout.results)/\(name)", "there is no result of that name",
        advice: all.isEmpty ? "There is none yet." : "There are: \(all.map(\.name).joined(separator: ", ")).")
    }
    return result
  }

  /// A name that no result has yet: the stem itself, or the stem with -2, -3 … behind it.
  public func nextResultName(_ stem: String) throws(StoreError) -> String {
    let taken = Set(try allResults.map(\.name))
    if !taken.contains(stem) { return stem }
    var number = 2
    while taken.contains("\(stem)-\(number)") { number += 1 }
    return "\(stem)-\(number)"
  }

  /// Refuses a name that a finished result has, or that no object can have; what `addResult` would say after the work.
  public func requireFree(_ name: String) throws(StoreError) {
    try requireFree(name, among: allResults)
  }

  private func requireFree(_ name: String, among existing: [AnalysisResult]) throws(StoreError) {
    let path = "\(group.path)/\(FileLayout.results)/\(name)"
    if let problem = FileLayout.problem(withPartName: name) ?? (name.hasPrefix(".") ? "it begins with a dot" : nil) {
      throw StoreError(.invalid, file: store.path, path: path, problem, advice: "Choose another name.")
    }
    if existing.contains(where: { $0.name == name && $0.isComplete }) {
      throw StoreError(
        .exists, file: store.path, path: path, "there is a result of that name already",
        advice: "Choose another name; \"\(try nextResultName(name))\" is free.")
    }
  }

  /// Writes a result, in place of an unfinished one of that name.
  ///
  /// When `build` throws, nothing of the result is left, and a checkpoint stays.
  @discardableResult
  public func addResult(
    _ name: String, made: Provenance, _ build: (ResultBuilder) throws -> Void
  ) throws(StoreError) -> AnalysisResult {
    try write(name, made: made, complete: true) { group, sequence in
      let builder = ResultBuilder(group, holder: self)
      try build(builder)
      try builder.finish()
    }
    let result = try result(name)
    try guarded(store.path, result.path) { try LearningResults.update(from: result, holder: self) }
    return result
  }

  /// Keeps the state of an operation that has not finished, in place of an older one; it counts with the next commit.
  public func saveCheckpoint(_ name: String, made: Provenance, state: [String: StoredArray]) throws(StoreError) {
    try write(name, made: made, complete: false) { group, _ in
      let folder = try group.requireGroup(FileLayout.state, nexusClass: "NXcollection")
      for (key, array) in state.sorted(by: { $0.key < $1.key }) { try folder.putArray(key, array, isLasting: false) }
    }
  }

  /// The state that an unfinished operation left, bit for bit; nil when there is none of that name.
  public func checkpoint(_ name: String) throws(StoreError) -> Checkpoint? {
    guard let result = try unfinishedResults.first(where: { $0.name == name }) else { return nil }
    return try guarded(store.path, result.path) {
      var state: [String: StoredArray] = [:]
      guard try result.group.exists(FileLayout.state) else { return nil }
      let folder = try result.group.group(FileLayout.state)
      for key in try folder.names {
        let dataset = try folder.dataset(key)
        let array = try dataset.storedArray()
        let digest: String? = try dataset.attributes.readIfPresent(FileLayout.digestAttribute)
        guard digest == Digest.sha256(array.bytes) else {
          throw StoreError(
            .damaged, file: store.path, path: dataset.path, "the checkpoint does not match its digest",
            advice: "Start the operation anew.")
        }
        state[key] = array
      }
      return Checkpoint(provenance: try result.group.provenance(), state: state)
    }
  }

  /// Removes a result or a checkpoint.
  public func removeResult(_ name: String) throws(StoreError) {
    try store.requireWriting()
    let result = try result(name)
    try guarded(store.path, result.path) {
      let map = self as? Map
      let isShown = try map.map { try LearningResults.show(result, of: $0) } ?? false
      try group.group(FileLayout.results).delete(name)
      if isShown, let map { try LearningResults.replace(of: map) }
    }
  }

  private var allResults: [AnalysisResult] {
    get throws(StoreError) {
      try guarded(store.path, group.path) {
        guard try group.exists(FileLayout.results) else { return [] }
        let folder = try group.group(FileLayout.results)
        return try folder.names.filter { !$0.hasPrefix(".") }.map { name in
          try AnalysisResult(folder.group(name), store: store)
        }.sorted { ($0.sequence, $0.name) < ($1.sequence, $1.name) }
      }
    }
  }

  private func write(
    _ name: String, made: Provenance, complete: Bool, _ body: (Group, Int) throws -> Void
  ) throws(StoreError) {
    try store.requireWriting()
    let path = "\(group.path)/\(FileLayout.results)/\(name)"
    let existing = try allResults
    try requireFree(name, among: existing)
    try guarded(store.path, path) {
      let folder = try group.requireGroup(FileLayout.results, nexusClass: "NXcollection")
      // Made aside and moved into place: an older checkpoint stays until the new object is whole.
      let aside = ".\(name)"
      if try folder.names.contains(aside) { try folder.delete(aside) }
      do {
        let result = try folder.createGroup(aside)
        try result.mark(.result, nexusClass: "NXprocess")
        try result.attributes.set(FileLayout.completeAttribute, to: complete)
        let sequence = existing.first { $0.name == name }?.sequence ?? (existing.map(\.sequence).max() ?? 0) + 1
        try result.putInteger("sequence_index", sequence)
        try result.put(made)
        try body(result, sequence)
        if existing.contains(where: { $0.name == name }) { try folder.delete(name) }
        try folder.move(aside, to: name)
      } catch {
        let cause = error
        if try folder.names.contains(aside) { try folder.delete(aside) }
        throw cause
      }
    }
  }
}

/// The state of an operation that has not finished.
public struct Checkpoint: Sendable {
  public var provenance: Provenance
  public var state: [String: StoredArray]
}
