internal import HDF5
internal import Microscopy

/// HDF5's own way to give a dataset axes: other datasets, attached to its dimensions.
enum DimensionScales {
  /// The axes of a dataset with what its scales and labels say; nil where it has none.
  static func axes(of dataset: Dataset, _ axes: [Axis]) throws(HDF5Error) -> [Axis]? {
    var axes = axes
    var isDescribed = false
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
}
