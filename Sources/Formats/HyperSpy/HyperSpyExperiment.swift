internal import HDF5
internal import Microscopy

/// One signal of a HyperSpy file.
struct HyperSpyExperiment {
  let group: Group
  let name: String
  /// Whether the file is of a version before 1.2, which named things otherwise.
  let isLegacy: Bool

  func read(file: String) throws(HDF5Error) -> ImportedMap {
    let dataset = try dataset()
    guard let element = ArrayElement(dataset.type) else {
      throw unsupported("the data has the type \(dataset.type), which is no number", "Convert it to numbers in HyperSpy.")
    }
    var notes: [String] = []
    var tree = HyperSpyTree()
    var stored = HyperSpyMetadata(.empty, isLegacy: false)
    if let branch = try existing(isLegacy ? "mapped_parameters" : "metadata") {
      stored = HyperSpyMetadata(try tree.read(branch), isLegacy: isLegacy)
    }
    var vendor = MetadataTree.empty
    if let branch = try existing(isLegacy ? "original_parameters" : "original_metadata") {
      var reader = HyperSpyTree()
      vendor = try reader.read(branch)
      for (path, signal) in reader.signals { vendor.replace(path.split(separator: ".").map(String.init), by: signal) }
    }
    for (path, signal) in tree.signals.sorted(by: { $0.key < $1.key }) {
      vendor.replace(["HyperSpy", path], by: signal)
      notes.append("The metadata \(path) is a signal of its own; it was kept as vendor metadata.")
    }
    if let markers = stored.takeMarkers() {
      vendor.replace(["HyperSpy", "Markers"], by: markers)
      notes.append("The markers were kept as vendor metadata.")
    }
    if let results = try existing("learning_results"), try !results.names.isEmpty {
      notes.append("The learning results stored with the signal were not imported; they remain in the original file.")
    }
    let (axes, order) = try axes(of: try dataset.shape, stored)
    let array = try HDF5Array(dataset, element, order: order)
    var metadata = MapMetadata(title: stored.title, axes: axes, signalType: stored.signalType)
    if !element.components.isEmpty {
      metadata.axes.append(
        Axis(name: element.components.joined().lowercased(), size: element.components.count, role: .signal))
    }
    stored.fill(&metadata)
    metadata.originalFile = metadata.originalFile ?? fileName(of: file)
    metadata.vendor = vendor
    let isUnnamed = name.isEmpty || name == "__unnamed__"
    return ImportedMap(
      suggestedName: !isUnnamed ? name : stored.title.isEmpty ? fileStem(of: file) : stored.title, metadata: metadata,
      type: element.type, array: array, notes: notes)
  }

  private func dataset() throws(HDF5Error) -> Dataset {
    guard try group.exists("data") else {
      throw HDF5Error(
        .damaged, call: "read", on: group.path, "the signal has no data", advice: "Save it again from HyperSpy.")
    }
    let dataset = try group.dataset("data")
    var isRagged = try group.exists("_ragged_shapes_data")
    if case .variableLength = dataset.type { isRagged = true }
    if isRagged {
      throw unsupported(
        "the signal is ragged: its positions hold arrays of different lengths, which no map can",
        "Pad the arrays to one length in HyperSpy, or export each of them by itself.")
    }
    return dataset
  }

  /// The axes, those that navigate first, and for each the dimension of the data it is.
  private func axes(
    of shape: [Int], _ stored: HyperSpyMetadata
  ) throws(HDF5Error) -> (axes: [Axis], order: [Int]?) {
    if shape.isEmpty { return ([Axis(name: "", size: 1, role: .signal)], nil) }
    var axes = shape.map { HyperSpyAxis(size: $0) }
    for index in shape.indices {
      guard let group = try existing("axis-\(index)") else { continue }
      // Version 1.0 lists the axes in any order.
      let stated = try group.attributes.readIfPresent("index_in_array", as: Int.self)
      let dimension = stated.flatMap { shape.indices.contains($0) ? $0 : nil } ?? index
      axes[dimension] = try HyperSpyAxis(group, size: shape[dimension])
    }
    if axes.contains(where: { $0.navigates == nil }) {
      let isSpectral = ["EELS", "CL"].contains(stored.signalType) || stored.signalType.hasPrefix("EDS")
      let rank = stored.signalRank ?? (isSpectral ? 1 : 2)
      for index in axes.indices { axes[index].navigates = index < axes.count - rank }
    }
    for index in axes.indices { axes[index].axis.role = axes[index].navigates == true ? .navigation : .signal }
    let order = axes.indices.filter { axes[$0].navigates == true } + axes.indices.filter { axes[$0].navigates != true }
    return (order.map { axes[$0].axis }, order)
  }

  private func existing(_ name: String) throws(HDF5Error) -> Group? {
    guard try group.exists(name) else { return nil }
    return try group.group(name)
  }

  private func unsupported(_ problem: String, _ advice: String) -> HDF5Error {
    HDF5Error(.unsupported, call: "read", on: group.path, problem, advice: advice)
  }
}

extension HyperSpyAxis {
  /// An axis of which nothing but its extent is known.
  init(size: Int) {
    axis = Axis(name: "", size: size, role: .signal)
    navigates = nil
  }
}
