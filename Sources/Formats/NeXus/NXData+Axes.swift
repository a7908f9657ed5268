internal import HDF5
internal import Microscopy

extension NXData {
  /// The axes of the signal; what the group does not say stays as it is in the ones given.
  func axes(_ axes: [Axis]) throws(HDF5Error) -> [Axis] {
    var axes = axes
    var described: Set<Int> = []
    for (position, name) in try axisNames().enumerated() where name != "." && !name.isEmpty {
      guard try group.kind(of: name) == .dataset else { continue }
      let dataset = try group.dataset(name)
      for (place, dimension) in try dimensions(name, position).enumerated() where axes.indices.contains(dimension) {
        guard place == 0, try dataset.shape.count <= 1, let element = ArrayElement(dataset.type), !element.type.isComplex,
          element.components.isEmpty
        else { continue }
        // One value more than the axis has are the edges of its channels; others are not even read.
        let count = try dataset.space.checkedCount ?? .max
        let fits = count == axes[dimension].size || count - 1 == axes[dimension].size
        let values = fits ? try dataset.read(as: Double.self, converting: .nearest) : []
        let units = try dataset.attributes.firstText("units") ?? ""
        axes[dimension].calibrate(values, name: name, units: Self.spelling(units))
        described.insert(dimension)
      }
    }
    try setRoles(&axes, described)
    return axes
  }

  /// "@axes" of the group as a list, or of the signal as names between colons, or the datasets marked with "@axis".
  func axisNames() throws(HDF5Error) -> [String] {
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
    guard isNXdata else { return [] }
    var names = [String](repeating: ".", count: try signal.shape.count)
    for link in try group.links() {
      guard try group.kind(of: link.name) == .dataset, case let attributes = try group.dataset(link.name).attributes,
        let number = try attributes.firstNumber("axis").flatMap(Int.init(exactly:)), number >= 1, number <= names.count
      else { continue }
      // Of several for one dimension the primary one counts.
      let primary = try attributes.firstNumber("primary")
      if names[number - 1] == "." || primary == 1 { names[number - 1] = link.name }
    }
    return names.allSatisfy { $0 == "." } ? [] : names
  }

  /// The dimensions that an axis belongs to: those it names, else its place in the list.
  private func dimensions(_ name: String, _ position: Int) throws(HDF5Error) -> [Int] {
    guard try group.attributes.contains("\(name)_indices") else { return [position] }
    switch try MetadataTree.value(of: try group.attributes.open("\(name)_indices")) {
    case .list(let values): return values.compactMap { $0.number.flatMap(Int.init(exactly:)) }
    case let value: return value.number.flatMap(Int.init(exactly:)).map { [$0] } ?? [position]
    }
  }

  /// The interpretation says how many trailing dimensions are one signal; else names and units do, else those without an axis.
  private func setRoles(_ axes: inout [Axis], _ described: Set<Int>) throws(HDF5Error) {
    var interpretation = try signal.attributes.firstText("interpretation")
    if interpretation == nil { interpretation = try group.attributes.firstText("interpretation") }
    let ranks = ["spectrum": 1, "image": 2, "rgb-image": 3, "rgba-image": 3, "hsla-image": 3, "cmyk-image": 3, "vertex": 1]
    if let rank = interpretation.flatMap({ ranks[$0] }) {
      for index in axes.indices { axes[index].role = index < axes.count - rank ? .navigation : .signal }
      return
    }
    let isNamed = described.contains { AxisDescription(name: axes[$0].name).namesSignal || axes[$0].unitsNameSignal }
    let bareCount = axes.indices.reversed().prefix { !described.contains($0) }.count
    if isNamed {
      axes.setRolesByName()
    } else if bareCount > 0, bareCount < axes.count {
      for index in axes.indices { axes[index].role = index < axes.count - bareCount ? .navigation : .signal }
    }
  }

  /// Units as the field writes them.
  private static func spelling(_ units: String) -> String {
    switch units {
    case "um", "micron", "microns", "μm": "µm"
    case "A", "angstrom", "Angstrom": "Å"
    case "nm^-1": "1/nm"
    case "A^-1", "1/A": "1/Å"
    default: units
    }
  }
}
