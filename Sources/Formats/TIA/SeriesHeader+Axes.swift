internal import Microscopy

/// How the elements of a series are arranged, and which axes they have, by the rules of the field's readers (RosettaSciIO).
///
/// Other than there, offsets are in the units of their axis too, and `CalibrationElement` counts for navigation axes as it does
/// for those of images: so they agree with the positions that the tags hold.
extension SeriesHeader {
  struct Layout: Sendable {
    /// Extents of the arrangement, slowest first.
    var arrangement: [Int]
    /// Of the arrangement and of an element.
    var axes: [Axis]
    var notes: [String] = []
  }

  func layout() throws(FormatError) -> Layout {
    var layout = arrangement
    let element = first
    if content == .spectrum {
      let calibration = element.calibrations[0]
      layout.axes.append(
        Axis(
          name: "Energy", size: element.shape[0], scale: usable(calibration.delta), offset: finite(calibration.origin),
          units: "eV", role: .signal))
    } else {
      for (index, name) in ["y", "x"].enumerated() {
        let calibration = element.calibrations[1 - index]
        let factor = isReciprocal(calibration) ? 1e-9 : 1e9
        let isCalibrated = isReciprocal(calibration) || isSpatial(calibration)
        layout.axes.append(
          Axis(
            name: name, size: element.shape[index], scale: usable(calibration.delta) * (isCalibrated ? factor : 1),
            offset: finite(calibration.origin) * (isCalibrated ? factor : 1),
            units: !isCalibrated ? "" : isReciprocal(calibration) ? "1/nm" : "nm", role: .signal))
      }
      if layout.axes.last?.units.isEmpty ?? false {
        layout.notes.append("The pixels are \(element.calibrations[0].delta) of a unit that the file does not name.")
      }
    }
    guard layout.axes.count <= StridedFile.greatestRank else {
      throw FormatError(
        TIAReader.name, file: file.path, offset: 26, field: "NumberDimensions", "there are too many dimensions",
        advice: "The file is damaged: copy it again from its source.")
    }
    return layout
  }

  /// A pixel of a pattern is many per metre, one of an image a small part of a metre: the file names neither, and no
  /// microscope has pixels of a millimetre or patterns that resolve a millimetre.
  private func isReciprocal(_ calibration: SeriesElement.Calibration) -> Bool {
    abs(calibration.delta) >= 1e3 && calibration.delta.isFinite
  }

  private func isSpatial(_ calibration: SeriesElement.Calibration) -> Bool {
    abs(calibration.delta) < 1e-3 && calibration.delta != 0
  }

  private func usable(_ delta: Double) -> Double { delta.isFinite && delta != 0 ? delta : 1 }
  private func finite(_ offset: Double) -> Double { offset.isFinite ? offset : 0 }

  private var arrangement: Layout {
    var dimensions = dimensions
    if content == .image { dimensions.removeAll { $0.size == 1 } }
    let asked = dimensions.reduce(1) { product, dimension in
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension.size)
      return overflow ? 0 : next
    }
    let valid = offsets.count
    guard asked == total else {
      // Elements that the dimensions do not speak of are a plain stack.
      var notes: [String] = []
      if !dimensions.isEmpty {
        notes.append("The dimensions have room for \(asked) elements of \(total): the elements are a stack.")
      }
      return valid == 1
        ? Layout(arrangement: [], axes: [], notes: notes)
        : Layout(arrangement: [valid], axes: [Axis(name: "", size: valid, role: .navigation)], notes: notes)
    }
    if valid < total, dimensions.count == 1 {
      let note = "The acquisition was stopped after \(valid) of \(total) elements."
      guard valid > 1 else { return Layout(arrangement: [], axes: [], notes: [note]) }
      dimensions[0].size = valid
      var layout = layout(of: dimensions)
      layout.notes.append(note)
      return layout
    }
    // The first dimension is the fastest, unless the beam says otherwise.
    var layout = layout(of: isSlowFirst ? dimensions : dimensions.reversed())
    if valid < total {
      let rest = [.float32, .float64].contains(first.type) ? "NaN" : "zero"
      layout.notes.append("The acquisition was stopped after \(valid) of \(total) elements; the others are \(rest).")
    }
    return layout
  }

  /// Whether the beam went along the second dimension first: its place along y changed with the first step and along x not.
  private var isSlowFirst: Bool {
    guard dimensions.count == 2, offsets.count > 1, let start = tag(0), let next = tag(1), let y = start.y else { return false }
    return y != next.y && start.x == next.x && abs(dimensions[1].delta) > 0
  }

  private func layout(of ordered: [Dimension]) -> Layout {
    var notes: [String] = []
    let position = tag(0)
    var names = ordered.filter { $0.units == "meters" }.count > 1 ? ["y", "x"] : ["x"]
    let axes = ordered.map { dimension in
      let isSpatial = dimension.units == "meters"
      let name = isSpatial && !names.isEmpty ? names.removeFirst() : ""
      var axis = Axis(
        name: name, size: dimension.size, scale: usable(dimension.delta),
        offset: finite(dimension.offset - Double(dimension.element) * dimension.delta), units: dimension.units,
        role: .navigation)
      if isSpatial, dimension.delta == 1, dimension.offset == 0 {
        // Points that were picked one by one are numbered, in "meters".
        axis.units = ""
        axis.name = "point"
        notes.append("The spectra are of single points, which have no common step; their positions are kept with the tags.")
        return axis
      }
      if isSpatial {
        // The calibration is that of the pixels' edges; the beam was in their middle, where the tags say.
        let middle = axis.offset + axis.scale / 2
        if let beam = name == "x" ? position?.x : position?.y, ordered.count > 1,
          abs(beam - middle) < abs(axis.scale) * 0.01
        {
          axis.offset = beam
        }
        axis.scale *= 1e9
        axis.offset *= 1e9
        axis.units = "nm"
      } else if dimension.units == "1/meters" {
        axis.scale *= 1e-9
        axis.offset *= 1e-9
        axis.units = "1/nm"
      } else if dimension.units == "seconds" {
        axis.units = "s"
      }
      return axis
    }
    return Layout(arrangement: ordered.map(\.size), axes: axes, notes: notes)
  }
}
