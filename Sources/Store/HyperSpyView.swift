internal import HDF5
internal import Microscopy

/// The view of maps that HyperSpy reads: `/Experiments/<map>`, with the values and the vendor's tree by hard link.
struct HyperSpyView {
  let file: File

  /// Adds the experiment of a map.
  func add(_ name: String, metadata: MapMetadata, data: Dataset, vendor: Group) throws {
    let experiments = try file.root.requireGroup(FileLayout.experiments)
    let experiment = try experiments.createGroup(name)
    let package = HyperSpyMetadata.package(forSignalType: metadata.signalType)
    try experiment.attributes.set("package", to: package)
    // HyperSpy reads the version together with the package, and acts on neither beyond importing.
    try experiment.attributes.set("package_version", to: "")
    try experiment.createHardLink(FileLayout.data, to: data)
    // Of a histogram over energy, exSpy's models want to know that it is one.
    let counts = metadata.signalType.hasPrefix("EDS") || metadata.signalType == "EELS"
    for (index, axis) in metadata.axes.enumerated() {
      try put(axis, index, isBinned: counts && axis.role == .signal, in: experiment)
    }
    try putMetadata(HyperSpyMetadata.tree(of: metadata), in: experiment)
    try experiment.createHardLink("original_metadata", to: vendor)
  }

  /// Puts HyperSpy's `metadata` in place of what there is.
  func putMetadata(_ tree: MetadataTree, in experiment: Group) throws {
    if try experiment.exists("metadata") { try experiment.delete("metadata") }
    try experiment.createGroup("metadata").put(tree)
  }

  private func put(_ axis: Axis, _ index: Int, isBinned: Bool, in experiment: Group) throws {
    let group = try experiment.createGroup("axis-\(index)")
    try group.attributes.set("name", to: axis.name.isEmpty ? MetadataKey.null : axis.name)
    try group.attributes.set("units", to: axis.units.isEmpty ? MetadataKey.null : axis.units)
    try group.attributes.set("navigate", to: axis.role == .navigation)
    try group.attributes.set("is_binned", to: isBinned)
    if let values = axis.values {
      try group.attributes.set("_type", to: "DataAxis")
      try group.putArray("axis", StoredArray(values))
    } else {
      try group.attributes.set("_type", to: "UniformDataAxis")
      try group.attributes.set("scale", to: axis.scale)
      try group.attributes.set("offset", to: axis.offset)
      try group.attributes.set("size", to: Int64(axis.size))
    }
  }
}
