internal import HDF5

extension AnalysisResult {
  /// The names of the tables, as `table(_:)` takes them.
  public var tableNames: [String] {
    get throws(StoreError) {
      try guarded(store.path, path) {
        try group.names.filter { name in
          guard case .group(let child) = try group.open(name) else { return false }
          return try child.attributes.contains("columns")
        }
      }
    }
  }

  /// The texts stored with the result, by name, without its provenance.
  public var texts: [String: String] {
    get throws(StoreError) {
      try guarded(store.path, path) {
        var texts: [String: String] = [:]
        for name in try group.names where !Group.provenanceFields.contains(name) {
          guard case .dataset(let dataset) = try group.open(name), dataset.type.isString else { continue }
          texts[name] = try group.textIfPresent(name)
        }
        return texts
      }
    }
  }
}
