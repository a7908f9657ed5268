internal import HDF5
internal import Microscopy

/// A NeXus NXdata group: a signal with its axes.
struct NXData {
  let group: Group
  /// The dataset that the group shows.
  let signal: Dataset

  /// Nil where a group is no NXdata, or its signal is missing.
  init?(_ group: Group) throws(HDF5Error) {
    guard try Self.text(group.attributes, "NX_class") == "NXdata" else { return nil }
    var name = try Self.text(group.attributes, "signal")
    if name == nil {
      // Before 2014 the signal was marked on the dataset.
      for link in try group.links() {
        if case .dataset(let dataset) = try group.open(link.name), try dataset.attributes.contains("signal") {
          name = link.name
          break
        }
      }
    }
    guard let name, try group.exists(name), case .dataset(let dataset) = try group.open(name) else { return nil }
    self.group = group
    signal = dataset
  }

  /// The NXdata group that shows a dataset: the one it is in.
  static func around(_ dataset: Dataset, in root: Group) throws(HDF5Error) -> NXData? {
    let parent = dataset.path.split(separator: "/").dropLast().joined(separator: "/")
    let group = parent.isEmpty ? root : try root.group("/" + parent)
    guard let described = try NXData(group) else { return nil }
    // Other datasets of the group are its axes, errors or auxiliary signals: only those of equal extents share the axes.
    return try described.signal.shape == dataset.shape ? described : nil
  }

  var title: String? {
    get throws(HDF5Error) {
      if let title = try Self.text(group.attributes, "title") { return title }
      guard try group.exists("title"), case .dataset(let dataset) = try group.open("title") else { return nil }
      return try MetadataTree.value(of: dataset).text
    }
  }

  /// The axes of the signal; what the group does not say stays as it is in the ones given.
  func axes(_ axes: [Axis]) throws(HDF5Error) -> [Axis] {
    var axes = axes
    var isDescribed = false
    for (position, name) in try axisNames().enumerated() where name != "." && !name.isEmpty {
      guard try group.exists(name), case .dataset(let dataset) = try group.open(name) else { continue }
      for (place, dimension) in try dimensions(name, position).enumerated() where axes.indices.contains(dimension) {
        guard place == 0, try dataset.shape.count <= 1, ArrayElement(dataset.type) != nil else { continue }
        // One value more than the axis has are the edges of its channels; others are not even read.
        let count = try dataset.space.checkedCount ?? .max
        let fits = count == axes[dimension].size || count - 1 == axes[dimension].size
        let values = fits ? try dataset.read(as: Double.self) : []
        let units = try Self.text(dataset.attributes, "units") ?? ""
        axes[dimension].calibrate(values, name: name, units: units)
        isDescribed = true
      }
    }
    try setRoles(&axes, isDescribed)
    return axes
  }

  /// "@axes" of the group as a list, or of the signal as names between colons.
  private func axisNames() throws(HDF5Error) -> [String] {
    for attributes in [group.attributes, signal.attributes] {
      guard try attributes.contains("axes") else { continue }
      switch try MetadataTree.value(of: try attributes.open("axes")) {
      case .list(let names): return names.map { $0.text ?? "." }
      case .text(let names):
        return names.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "," }.map { name in
          String(name.filter { !"[] ".contains($0) })
        }
      default: break
      }
    }
    return []
  }

  /// The dimensions that an axis belongs to: those it names, else its place in the list.
  private func dimensions(_ name: String, _ position: Int) throws(HDF5Error) -> [Int] {
    guard try group.attributes.contains("\(name)_indices") else { return [position] }
    switch try MetadataTree.value(of: try group.attributes.open("\(name)_indices")) {
    case .list(let values): return values.compactMap { $0.number.flatMap(Int.init(exactly:)) }
    case let value: return value.number.flatMap(Int.init(exactly:)).map { [$0] } ?? [position]
    }
  }

  private func setRoles(_ axes: inout [Axis], _ isDescribed: Bool) throws(HDF5Error) {
    let interpretation = try Self.text(signal.attributes, "interpretation")
    let rank: Int? = interpretation.flatMap { ["scalar": 0, "spectrum": 1, "image": 2, "rgba-image": 3][$0] }
    if let rank {
      for index in axes.indices { axes[index].role = index < axes.count - rank ? .navigation : .signal }
    } else if isDescribed {
      axes.setRolesByName()
    }
  }

  private static func text(_ attributes: Attributes, _ name: String) throws(HDF5Error) -> String? {
    guard try attributes.contains(name) else { return nil }
    switch try MetadataTree.value(of: try attributes.open(name)) {
    case .text(let text): return text
    case .list(let values): return values.first?.text
    default: return nil
    }
  }
}
