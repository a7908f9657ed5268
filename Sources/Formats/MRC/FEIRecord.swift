internal import Microscopy

/// What the extended headers FEI1 and FEI2 say of one section.
///
/// Fields: "MRC2014 file image format specification", Thermo Fisher Scientific. A mask tells which of the fields behind it
/// have a value; the others are left out of `tree`.
struct FEIRecord: Sendable {
  let tree: MetadataTree

  func number(_ name: String) -> Double? { tree[name]?.number.flatMap { $0.isFinite ? $0 : nil } }

  func text(_ name: String) -> String? { tree[name]?.text.flatMap { $0.isEmpty ? nil : $0 } }

  /// Bytes of the shortest record.
  static let leastSize = 768

  init(_ bytes: [UInt8], at place: Int, _ header: MRCHeader) throws(FormatError) {
    var reader = ByteReader(
      bytes, byteOrder: header.byteOrder, base: place, format: MRCReader.name, file: header.file.path)
    var entries: [String: MetadataTree] = [:]
    var mask: UInt32 = 0
    var bit = 0
    for (name, kind) in Self.fields {
      guard reader.remaining >= kind.size else { break }
      if kind == .mask {
        mask = try reader.integer()
        bit = 0
        continue
      }
      let isKnown = kind.isAlways || (bit < 32 && mask >> UInt32(bit) & 1 == 1)
      if !kind.isAlways { bit += kind == .unused ? 6 : 1 }
      guard isKnown, kind != .unused else {
        try reader.skip(kind.size)
        continue
      }
      switch kind {
      case .size: entries[name] = .integer(Int64(try reader.integer(Int32.self)))
      case .integer: entries[name] = .integer(Int64(try reader.integer(Int32.self)))
      case .long: entries[name] = .integer(try reader.integer(Int64.self))
      case .real: entries[name] = .real(try reader.float64())
      case .truth: entries[name] = .boolean(try reader.integer(UInt8.self) != 0)
      case .text, .path: entries[name] = .text(String(try reader.text(kind.size).prefix { $0 != "\0" }))
      case .mask, .unused: break
      }
    }
    tree = .dictionary(entries)
  }

  private enum Kind {
    case size, mask, integer, long, real, truth, text, path, unused

    var size: Int {
      switch self {
      case .size, .mask, .integer: 4
      case .long, .real: 8
      case .truth: 1
      case .text: 16
      case .path: 80
      case .unused: 48
      }
    }

    /// Fields before the first mask.
    var isAlways: Bool { self == .size }
  }

  private static let fields: [(String, Kind)] =
    [("Metadata size", .size), ("Metadata version", .size), ("", .mask), ("Timestamp", .real)]
    + ["Microscope type", "D-Number", "Application", "Application version"].map { ($0, Kind.text) }
    + [
      "HT", "Dose", "Alpha tilt", "Beta tilt", "X-Stage", "Y-Stage", "Z-Stage", "Tilt axis angle", "Dual axis rotation",
      "Pixel size X", "Pixel size Y",
    ].map { ($0, Kind.real) }
    + [("", .unused)] + ["Defocus", "STEM Defocus", "Applied defocus"].map { ($0, Kind.real) }
    + [
      ("Instrument mode", .integer), ("Projection mode", .integer), ("Objective lens mode", .text),
      ("High magnification mode", .text), ("Probe mode", .integer), ("EFTEM On", .truth), ("Magnification", .real),
      ("", .mask), ("Camera length", .real), ("Spot index", .integer), ("Illuminated area", .real), ("Intensity", .real),
      ("Convergence angle", .real), ("Illumination mode", .text), ("Wide convergence angle range", .truth),
      ("Slit inserted", .truth),
    ]
    + [
      "Slit width", "Acceleration voltage offset", "Drift tube voltage", "Energy shift", "Shift offset X", "Shift offset Y",
      "Shift X", "Shift Y", "Integration time",
    ].map { ($0, Kind.real) }
    + [
      ("Binning Width", .integer), ("Binning Height", .integer), ("Camera name", .text), ("Readout area left", .integer),
      ("Readout area top", .integer), ("Readout area right", .integer), ("Readout area bottom", .integer),
      ("Ceta noise reduction", .truth), ("Ceta frames summed", .integer), ("Direct detector electron counting", .truth),
      ("Direct detector align frames", .truth),
    ]
    + (0..<4).map { ("Camera param reserved \($0)", Kind.integer) } + [("", .mask)]
    + (4..<10).map { ("Camera param reserved \($0)", Kind.integer) }
    + [("Phase Plate", .truth), ("STEM Detector name", .text), ("Gain", .real), ("Offset", .real)]
    + (0..<5).map { ("STEM param reserved \($0)", Kind.integer) }
    + [
      ("Dwell time", .real), ("Frame time", .real), ("Scan size left", .integer), ("Scan size top", .integer),
      ("Scan size right", .integer), ("Scan size bottom", .integer), ("Full scan FOV X", .real), ("Full scan FOV Y", .real),
      ("Element", .text), ("Energy interval lower", .real), ("Energy interval higher", .real), ("Method", .integer),
      ("Is dose fraction", .truth), ("Fraction number", .integer), ("Start frame", .integer), ("End frame", .integer),
      ("Input stack filename", .path), ("", .mask), ("Alpha tilt min", .real), ("Alpha tilt max", .real),
      ("Scan rotation", .real), ("Diffraction pattern rotation", .real), ("Image rotation", .real),
      ("Scan mode enumeration", .integer), ("Acquisition time stamp", .long), ("Detector commercial name", .text),
      ("Start tilt angle", .real), ("End tilt angle", .real), ("Tilt per image", .real), ("Tilt speed", .real),
      ("Beam center X pixel", .integer), ("Beam center Y pixel", .integer), ("CFEG flash timestamp", .long),
      ("Phase plate position index", .integer), ("Objective aperture name", .text),
    ]
}
