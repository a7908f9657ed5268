internal import Microscopy

extension MRCHeader {
  /// The axes of sections, rows and columns; a single section has none of its own.
  ///
  /// - Parameters:
  ///   - pixel: nm, of columns and rows, where the extended header has it.
  ///   - tilts: degrees, one a section, where the extended header has them.
  func axes(pixel: [Double]?, tilts: [Double]?) -> (axes: [Axis], notes: [String]) {
    var axes: [Axis] = []
    var notes: [String] = []
    for dimension in [1, 0] {
      var axis = spatialAxis(dimension, role: .signal)
      if axis.units.isEmpty, let pixel {
        axis.scale = pixel[dimension]
        axis.units = "nm"
      }
      axes.append(axis)
    }
    if axes[0].units.isEmpty {
      notes.append("The header gives no usable size of a pixel: the axes count pixels.")
    }
    guard extents[2] > 1 else { return (axes, notes) }
    if let tilts { return ([Self.tiltAxis(tilts)] + axes, notes) }
    // From 401 on a space group means a stack of volumes, each of so many sections.
    let depth = intervals[order[2]]
    if (401...630).contains(spaceGroup), depth > 1, extents[2] > depth, extents[2] % depth == 0 {
      var section = spatialAxis(2, role: .navigation)
      section.size = depth
      return ([Axis(name: "volume", size: extents[2] / depth, role: .navigation), section] + axes, notes)
    }
    if spaceGroup == 0, version >= 20140 {
      // A stack of images: what the cell says of its height means nothing.
      return ([Axis(name: "z", size: extents[2], role: .navigation)] + axes, notes)
    }
    return ([spatialAxis(2, role: .navigation)] + axes, notes)
  }

  /// An axis in nm, or without a unit where the cell has no size. Direct Electron writes −1 nm where it knows none.
  private func spatialAxis(_ dimension: Int, role: Axis.Role) -> Axis {
    let direction = order[dimension]
    var axis = Axis(name: ["x", "y", "z"][direction], size: extents[dimension], role: role)
    // In single precision, as the header has both: the quotient then is the one that was written.
    let step = Double(Float(cell[direction]) / Float(intervals[direction])) / 10
    guard intervals[direction] > 0, step.isFinite, step > 0 else { return axis }
    axis.scale = step
    axis.units = "nm"
    let start = starts[dimension]
    axis.offset = origin[direction].isFinite ? origin[direction] / 10 : 0
    if axis.offset == 0, start != 0, version < 20140 { axis.offset = Double(start) * step }
    return axis
  }

  private static func tiltAxis(_ tilts: [Double]) -> Axis {
    var axis = Axis(name: "tilt", size: tilts.count, units: "°", role: .navigation)
    let step = tilts.count > 1 ? (tilts[tilts.count - 1] - tilts[0]) / Double(tilts.count - 1) : 0
    if step != 0, tilts.enumerated().allSatisfy({ abs($0.element - tilts[0] - step * Double($0.offset)) < 1e-3 }) {
      axis.scale = step
      axis.offset = tilts[0]
    } else {
      axis.values = tilts
    }
    return axis
  }
}
