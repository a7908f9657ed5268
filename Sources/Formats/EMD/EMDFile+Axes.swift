internal import HDF5
internal import Microscopy

extension EMDFile {
  /// How an array of a file is handed on.
  struct Layout {
    /// For each axis, slowest first, the dimension of the dataset that it is.
    var order: [Int]
    var axes: [Axis]
    var notes: [String] = []
  }

  /// Axes and order of one dataset, without a depth axis.
  ///
  /// NCEM's first dimension is x and HDF5's first is the slowest: the order is turned round, unless the names of the
  /// dimensions say that the file has y before x. Data cubes and all of py4DSTEM's are in their order already.
  func layout(_ entry: Entry, _ element: ArrayElement, _ parameters: EMDParameters) throws(HDF5Error) -> Layout {
    let shape = try entry.dataset.shape
    guard !shape.isEmpty else { return Layout(order: [], axes: [Axis(name: "", size: 1, role: .signal)]) }
    var axes: [Axis] = []
    var notes: [String] = []
    let counted = try entry.group.exists("dim0") ? 0 : 1
    for (dimension, size) in shape.enumerated() {
      var axis = Axis(name: "", size: size, role: .signal)
      if case .dataset(let values)? = try Self.node("dim\(dimension + counted)", in: entry.group) {
        if let labels = try Self.read(values, into: &axis) {
          notes.append("The values along dimension \(dimension + 1) of '\(entry.name)' are \(labels.joined(separator: ", ")).")
        }
      }
      axes.append(axis)
    }
    let isInOrder =
      entry.datasetName == "datacube" || counted == 0 || dialect == .earlyPy4DSTEM || Self.namesDescend(axes.map(\.name))
    var order = Array(shape.indices)
    if !isInOrder { order.reverse() }
    setRoles(&axes, entry, &order)
    // What is no signal goes first, labels of a stack for instance.
    order = order.filter { axes[$0].role == .navigation } + order.filter { axes[$0].role == .signal }
    parameters.correct(&axes, notes: &notes)
    return Layout(order: order, axes: order.map { axes[$0] }, notes: notes)
  }

  private static let maximalAxisSize = 1 << 22

  private static func node(_ name: String, in group: Group) throws(HDF5Error) -> Node? {
    try group.exists(name) ? try group.open(name) : nil
  }

  /// Calibrates an axis by its dataset, which has all values, or the first two of evenly spaced ones.
  ///
  /// - Returns: the labels, where the values are texts.
  private static func read(_ values: Dataset, into axis: inout Axis) throws(HDF5Error) -> [String]? {
    axis.name = try values.attributes.firstText("name") ?? ""
    let units = try values.attributes.firstText("units") ?? ""
    if axis.name == "_labels_" { axis.name = "slice" }
    if values.type.isString {
      guard try values.space.checkedCount ?? .max <= 1 << 16 else { return nil }
      guard case .list(let labels) = try MetadataTree.value(of: values) else { return nil }
      return labels.prefix(min(20, axis.size)).compactMap(\.text)
    }
    axis.units = EMDUnit.spelling(units)
    guard let element = ArrayElement(values.type), !element.type.isComplex, try values.shape.count == 1,
      let count = try values.space.checkedCount, count == axis.size || count == 2, count <= maximalAxisSize
    else { return nil }
    let numbers = try values.read(as: Double.self, converting: .nearest)
    if count == axis.size {
      axis.calibrate(numbers, name: axis.name, units: axis.units)
    } else if numbers.allSatisfy(\.isFinite), numbers[0] != numbers[1] {
      axis.offset = numbers[0]
      axis.scale = numbers[1] - numbers[0]
    }
    return nil
  }

  /// Whether y comes before x, in real or reciprocal space.
  private static func namesDescend(_ names: [String]) -> Bool {
    let names = names.map { $0.lowercased() }
    func place(_ letter: String) -> Int? {
      names.firstIndex { [letter, "k\(letter)", "q\(letter)"].contains($0) || $0.hasSuffix("_\(letter)") }
    }
    guard let y = place("y"), let x = place("x") else { return false }
    return y < x
  }

  /// Of a data cube the scan navigates, and of Prismatic's images whatever is not their plane; elsewhere names, units and
  /// the kind of record that HyperSpy notes decide, or the number of dimensions.
  private func setRoles(_ axes: inout [Axis], _ entry: Entry, _ order: inout [Int]) {
    let reciprocal = axes.map { axis in axis.name.first == "Q" || axis.units.hasPrefix("1/") || axis.units.hasSuffix("^-1") }
    switch dialect {
    case .prismatic:
      for index in axes.indices {
        axes[index].role = (entry.datasetName == "datacube" ? index >= 2 : index < 2) ? .signal : .navigation
      }
    case .earlyPy4DSTEM, .emd1:
      if axes.count == 4 {
        for index in axes.indices { axes[index].role = index < 2 ? .navigation : .signal }
      } else if axes.count == 3 {
        // Slices in real or reciprocal space, with labels or numbers last.
        axes[2].role = .navigation
      } else if axes.count > 4 {
        for index in axes.indices { axes[index].role = reciprocal[index] ? .signal : .navigation }
        if !reciprocal.contains(true) { axes[axes.count - 1].role = .signal }
      }
    case .ncem:
      let rank = entry.recordRank ?? 0
      var ordered = zip(order.map { axes[$0] }, Axis.defaults(for: order.map { axes[$0].size })).map { axis, standard in
        var axis = axis
        axis.role = standard.role
        return axis
      }
      if rank > 0 {
        for index in ordered.indices { ordered[index].role = index < ordered.count - rank ? .navigation : .signal }
      } else {
        ordered.setRolesByName()
      }
      for (place, dimension) in order.enumerated() { axes[dimension].role = ordered[place].role }
    }
  }
}

extension EMDFile.Entry {
  /// The number of signal dimensions that HyperSpy noted, nil where it did not.
  fileprivate var recordRank: Int? {
    do {
      return try group.attributes.firstText("record_by").flatMap { ["spectrum": 1, "image": 2][$0] }
    } catch {
      return nil
    }
  }
}
