internal import HDF5

extension AnalysisResult {
  /// One of the result's arrays as the input of an operation, for the provenance of what is made from it.
  public func input(_ array: String) throws(StoreError) -> Provenance.Input {
    try guarded(store.path, "\(path)/\(array)") {
      let data = try group.group(array)
      let dataset = try data.dataset(try data.attributes.read("signal"))
      return Provenance.Input(
        path: dataset.path, sha256: try dataset.attributes.readIfPresent(FileLayout.digestAttribute))
    }
  }
}
