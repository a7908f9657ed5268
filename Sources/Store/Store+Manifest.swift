internal import HDF5

extension Store {
  /// What the file held when it was made into an archive, for people; the root's attribute `manifest`.
  public var manifest: String? {
    get throws(StoreError) { try guarded(path) { try root.attributes.readIfPresent(FileLayout.manifestAttribute) } }
  }

  public func setManifest(_ text: String) throws(StoreError) {
    try requireWriting()
    try guarded(path) { try root.attributes.set(FileLayout.manifestAttribute, to: text) }
  }
}
