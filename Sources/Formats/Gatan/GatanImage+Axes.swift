internal import Microscopy

/// Which dimension of an image is which axis, by the rules of the field's readers (RosettaSciIO), so that both agree.
extension GatanImage {
  /// The dimensions of the array that is handed on.
  struct Layout: Sendable {
    /// For each axis, slowest first, the dimension of the file that it is (0 is the fastest).
    var dimensions: [Int]
    var axes: [Axis]
    var notes: [String] = []
  }

  /// The layout of an image of two dimensions as a plane, whatever its extents.
  var planeLayout: Layout {
    var layout = Layout(dimensions: Array(sizes.indices.reversed()), axes: [])
    let names = names(layout.dimensions)
    layout.axes = layout.dimensions.map { axis($0, names[$0], .signal) }
    return layout
  }

  var layout: Layout {
    let count = sizes.count
    let plain = Array((0..<count).reversed())
    var layout = Layout(dimensions: plain, axes: [])
    var signalCount = min(2, count)
    if isSpectrum, count <= 2 {
      signalCount = 1
    } else if isSpectrumImage, count > 2 {
      signalCount = 1
      // Spectrum images keep one image per channel unless the tag says that their order was swapped.
      if !isSwapped { layout.dimensions = plain.filter { $0 != 2 } + [2] }
    } else if count == 4, scanIsFastest {
      layout.dimensions = [1, 0, 3, 2]
      layout.notes.append("The file stores the scan faster than the patterns; the axes were put in the order y, x, ky, kx.")
    }
    let names = names(plain)
    layout.axes = layout.dimensions.enumerated().map { position, dimension in
      axis(dimension, names[dimension], position < count - signalCount ? .navigation : .signal)
    }
    if count == 4, signalCount == 2, isDiffraction {
      for (position, name) in ["y", "x", "ky", "kx"].enumerated() { layout.axes[position].name = name }
    }
    dropSingleExtents(&layout)
    return layout
  }

  private func axis(_ dimension: Int, _ name: String, _ role: Axis.Role) -> Axis {
    let calibration = calibrations[dimension]
    return Axis(
      name: name, size: sizes[dimension], scale: calibration.scale, offset: calibration.offset,
      units: calibration.units, role: role)
  }

  private var format: String? { imageTags.text("Meta Data", "Format") }
  private var isSwapped: Bool { imageTags.flag("Meta Data", "Data Order Swapped") ?? false }
  private var isSpectrumImage: Bool { format == "Spectrum image" || imageTags.group("spim") != nil }
  private var isSpectrum: Bool { sizes.count == 1 || isSpectrumImage || format == "Spectrum" }

  private var isDiffraction: Bool { format == "Diffraction image" || units([0, 1]).allSatisfy(Self.isReciprocal) }

  /// Whether a scan of patterns has the beam position as its fastest dimensions, as files of before 2020 do.
  private var scanIsFastest: Bool {
    if let swapped = imageTags.flag("Meta Data", "Data Order Swapped") { return isDiffraction && !swapped }
    return units([2, 3]).allSatisfy(Self.isReciprocal) && units([0, 1]).allSatisfy(Self.isLength)
  }

  private func units(_ dimensions: [Int]) -> [String] { dimensions.map { calibrations[$0].units } }

  private static func isReciprocal(_ units: String) -> Bool {
    units.hasPrefix("1/") || units.hasSuffix("-1") || units == "mrad" || units == "rad"
  }

  private static func isLength(_ units: String) -> Bool {
    ["nm", "pm", "µm", "μm", "um", "mm", "m", "A", "Å"].contains(units)
  }

  /// The name of each dimension of the file: that of the spectrum by its unit, the others x, y, z, t, fastest first.
  private func names(_ plain: [Int]) -> [String] {
    let spectrum: (units: String, name: String)? =
      switch signalType {
      case "EELS": ("eV", "Energy loss")
      case "CL": ("nm", "Wavelength")
      default: nil
      }
    var names = [String](repeating: "", count: sizes.count)
    let calibrations = calibrations
    // The slowest dimension with the unit is the spectrum.
    let named = spectrum.flatMap { spectrum in plain.first { calibrations[$0].units == spectrum.units } }
    if let named, let spectrum { names[named] = spectrum.name }
    let others = sizes.indices.filter { $0 != named }
    for (dimension, name) in zip(others, ["x", "y", "z", "t", "u", "v", "w", "s"]) { names[dimension] = name }
    return names
  }

  /// Leaves out axes of extent one, as long as an axis of the signal remains.
  private func dropSingleExtents(_ layout: inout Layout) {
    let last = layout.axes.count - 1
    var kept = layout.axes.indices.filter { layout.axes[$0].size > 1 }
    if !kept.contains(where: { layout.axes[$0].role == .signal }) { kept.append(last) }
    layout.dimensions = kept.map { layout.dimensions[$0] }
    layout.axes = kept.map { layout.axes[$0] }
  }
}
