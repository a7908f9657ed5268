internal import Foundation
internal import Microscopy

/// The unit in which a length, a frequency or a time of a file in SI units is given: the one with a handy prefix.
///
/// Half of the field of view decides, as in HyperSpy, so that its scale bars keep round numbers.
struct VeloxUnit: Sendable {
  /// "m", "1/m", "s" with its prefix: "nm".
  let name: String
  /// What values in the unit of the file are multiplied by.
  let factor: Double

  private static let prefixes: [Int: String] = [
    -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G",
  ]

  /// - Parameter extent: a value of the size that matters, in the unit of the file.
  init(_ unit: String, for extent: Double) {
    let compact = unit.filter { $0 != " " }
    let isReciprocal = compact.hasPrefix("1/")
    let base = isReciprocal ? String(compact.dropFirst(2)) : compact
    guard ["m", "s"].contains(base), extent.isFinite, extent != 0 else {
      name = compact
      factor = 1
      return
    }
    let decades = log10(abs(extent))
    var exponent = isReciprocal ? Int((-decades / 3).rounded(.up)) * 3 : Int((decades / 3).rounded(.down)) * 3
    exponent = min(9, max(-15, exponent))
    let prefix = Self.prefixes[exponent] ?? ""
    name = (isReciprocal ? "1/" : "") + prefix + base
    let size = pow(10, Double(exponent))
    factor = exponent == 0 ? 1 : isReciprocal ? size : 1 / size
  }

  func convert(_ value: Double) -> Double { value * factor }

  /// A step of which `count` make the extent that chose the unit.
  func step(_ value: Double, count: Double) -> Double {
    guard count > 0 else { return convert(value) }
    return value * count * factor / count
  }
}

extension VeloxFile {
  /// The calibration of a scanned or recorded area.
  struct Area: Sendable {
    var unit = ""
    /// Per pixel, in `unit`.
    var width = 1.0
    var height = 1.0
    var x = 0.0
    var y = 0.0

    /// Nil where the JSON of an object has no size of pixels.
    init?(_ metadata: MetadataTree) {
      let result = metadata["BinaryResult"]
      // Anything larger is damage, and would be infinite in a smaller unit.
      let length = { (path: String) in result?[path: path]?.numeric.flatMap { abs($0) < 1e100 ? $0 : nil } }
      guard let width = length("PixelSize.width"), let height = length("PixelSize.height"), width != 0, height != 0
      else { return nil }
      unit = result?["PixelUnitX"]?.text ?? ""
      self.width = width
      self.height = height
      x = length("Offset.x") ?? 0
      y = length("Offset.y") ?? 0
    }

    init() {}

    /// The axes y and x; the unit is chosen by the extent along x.
    ///
    /// - Parameter extent: the pixels whose half is the extent; the width of the area when nil.
    func axes(height rows: Int, width columns: Int, role: Axis.Role, extent: Double? = nil) -> [Axis] {
      let half = (extent ?? Double(columns)) / 2
      let chosen = VeloxUnit(unit, for: half * width)
      return [
        Axis(
          name: "y", size: rows, scale: chosen.convert(height), offset: chosen.convert(y), units: chosen.name, role: role),
        Axis(
          name: "x", size: columns, scale: chosen.step(width, count: half), offset: chosen.convert(x), units: chosen.name,
          role: role),
      ]
    }
  }

  /// The axis of the frames of a stack, its step in seconds.
  ///
  /// - Parameter extent: the number of frames whose duration chooses the unit.
  static func timeAxis(_ count: Int, step: Double?, first: Int = 0, extent: Double) -> Axis {
    var axis = Axis(name: "Time", size: count, role: .navigation)
    guard let step, step.isFinite, step > 0 else { return axis }
    let unit = VeloxUnit("s", for: step * extent)
    axis.scale = unit.step(step, count: extent)
    axis.offset = first == 0 ? 0 : unit.convert(step * Double(first))
    axis.units = unit.name
    return axis
  }
}
