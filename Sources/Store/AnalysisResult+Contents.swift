internal import HDF5

extension AnalysisResult {
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
