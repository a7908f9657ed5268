internal import Blocks
internal import Foundation
internal import Microscopy

/// Writes Ripple: the header .rpl and the values, little-endian, in a .raw file of the same name.
///
/// Spectra are stored one after the other (record-by vector), images likewise (record-by image). The calibration is
/// written with HyperSpy's keys. Truth values become unsigned bytes, half-precision values single precision.
public enum RippleWriter: FormatWriter {
  public static let name = RippleHeader.format
  public static let extensions = ["rpl", "raw"]

  public static func refusal(of map: ExportedMap) -> String? {
    if map.metadata.axes.contains(where: { $0.size == 0 }) { return "there are no values" }
    guard (1...3).contains(map.metadata.axes.count) else {
      return "it holds up to 3 dimensions, and there are \(map.metadata.axes.count)"
    }
    if map.type.isComplex { return "its values are real, and these are complex" }
    if let axis = map.metadata.axes.first(where: { $0.values != nil }) {
      return "its axes are uniform, and '\(axis.name)' is not"
    }
    return nil
  }

  @discardableResult
  public static func files(at path: String) -> [String] {
    let stem = path.dropLast(fileExtension(of: path).count + 1)
    return ["\(stem).rpl", "\(stem).raw"]
  }

  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    let files = files(at: path)
    let (header, values) = (try AtomicFile(files[0], format: name), try AtomicFile(files[1], format: name))
    try header.write(latinText: text(map))
    let stored = map.type == .float16 ? ScalarType.float32 : map.type
    try map.array.forEachSlab { bytes in
      var bytes = map.type == .float16 ? widened(bytes) : bytes
      if ByteOrder.native != .little { swapBytes(&bytes, width: stored.swapWidth) }
      try values.write(bytes)
    }
    try values.commit()
    try header.commit()
    return [header.path, values.path]
  }

  private static func text(_ map: ExportedMap) -> String {
    let metadata = map.metadata
    let axes = metadata.axes
    let isImage = axes.count > 1 && axes.suffix(2).allSatisfy { $0.role == axes[axes.count - 1].role }
    let names =
      isImage
      ? ["depth", "height", "width"].suffix(axes.count)
      : axes.count == 2 ? ["width", "depth"] : ["height", "width", "depth"].suffix(axes.count)
    var entries: [(String, String)] = ["width", "height", "depth"].map { dimension in
      (dimension, zip(names, axes).first { $0.0 == dimension }.map { "\($0.1.size)" } ?? "1")
    }
    entries += [
      ("offset", "0"), ("data-length", "\(map.type == .float16 ? 4 : map.type.size)"), ("data-type", dataType(map.type)),
      ("byte-order", map.type.size == 1 ? "dont-care" : "little-endian"),
      ("record-by", isImage ? axes.count == 2 ? "dont-care" : "image" : "vector"),
      ("title", line(metadata.title)), ("signal", line(metadata.signalType)),
    ]
    for (name, axis) in zip(names, axes) {
      entries += [
        ("\(name)-name", line(axis.name)), ("\(name)-scale", "\(axis.scale)"), ("\(name)-origin", "\(axis.offset)"),
        ("\(name)-units", line(axis.units)),
      ]
      // What readers of plain Ripple know of a calibration.
      if name == "depth", !isImage, let factor = ["ev": 1.0, "kev": 1000][axis.units.lowercased()] {
        entries.append(("ev-per-chan", "\(axis.scale * factor)"))
      }
    }
    if let acquired = metadata.acquired {
      let parts = acquired.split(separator: "T", maxSplits: 1).map(String.init)
      entries.append(("date", parts[0]))
      if parts.count > 1 { entries.append(("time", parts[1])) }
    }
    let instrument = metadata.instrument
    for (key, value) in [
      ("beam-energy", instrument.beamEnergy), ("convergence-angle", instrument.convergenceAngle),
      ("collection-angle", instrument.collectionAngle), ("azimuth-angle", instrument.azimuthAngle),
      ("elevation-angle", instrument.elevationAngle), ("detector-peak-width-ev", instrument.energyResolution),
      ("tilt-stage", instrument.tiltAlpha), ("live-time", instrument.liveTime),
    ] {
      if let value { entries.append((key, "\(value)")) }
    }
    return "key\tvalue\n" + entries.map { "\($0.0)\t\($0.1)\n" }.joined()
  }

  private static func dataType(_ type: ScalarType) -> String {
    switch type {
    case .bool, .uint8, .uint16, .uint32, .uint64: "unsigned"
    case .int8, .int16, .int32, .int64: "signed"
    default: "float"
    }
  }

  /// A text that stays on its line.
  private static func line(_ text: String) -> String {
    text.components(separatedBy: .newlines).joined(separator: " ").replacingOccurrences(of: "\t", with: " ")
  }
}
