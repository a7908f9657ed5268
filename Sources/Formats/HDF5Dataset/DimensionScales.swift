internal import HDF5
internal import Microscopy

/// HDF5's own way to give a dataset axes: other datasets, attached to its dimensions.
enum DimensionScales {
  /// The axes of a dataset with what its scales and labels say; nil where it has none.
  static func axes(of dataset: Dataset, _ axes: [Axis]) throws(HDF5Error) -> [Axis]? {
    var axes = axes
    var isDescribed = false
    for (index, scales) in try dataset.dimensionScales.enumerated() where axes.indices.contains(index) {
      guard let scale = scales.first, ArrayElement(scale.type) != nil, try scale.shape == [axes[index].size] else {
        continue
      }
      let stated = try text(scale, "NAME") ?? ""
      // netCDF writes a scale without values for a dimension that has none.
      let isValueless = stated.hasPrefix("This is a netCDF dimension but not a netCDF variable")
      let own = scale.path.split(separator: "/").last.map(String.init) ?? ""
      let name = stated.isEmpty || isValueless ? own : stated
      if isValueless {
        axes[index].name = name
      } else {
        axes[index].calibrate(
          try scale.read(as: Double.self), name: name, units: try text(scale, "units") ?? "")
      }
      isDescribed = true
    }
    if try dataset.attributes.contains("DIMENSION_LABELS"),
      case .list(let labels) = try MetadataTree.value(of: try dataset.attributes.open("DIMENSION_LABELS"))
    {
      for (index, label) in labels.enumerated() where axes.indices.contains(index) {
        guard let name = label.text, !name.isEmpty else { continue }
        axes[index].name = name
        isDescribed = true
      }
    }
    guard isDescribed else { return nil }
    axes.setRolesByName()
    return axes
  }

  private static func text(_ dataset: Dataset, _ name: String) throws(HDF5Error) -> String? {
    guard try dataset.attributes.contains(name) else { return nil }
    return try MetadataTree.value(of: try dataset.attributes.open(name)).text
  }
}
