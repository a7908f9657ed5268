internal import Microscopy

/// What the extended header of an MRC file says of its sections.
struct MRCExtension: Sendable {
  enum Kind: Sendable {
    /// FEI1 and FEI2.
    case fei
    /// 128 bytes a section, as the tomography programs of FEI and D. Agard write them.
    case agard
    /// What SerialEM notes.
    case serial
  }

  let kind: Kind
  /// One a section, the first 4,096 of them.
  private(set) var records: [MetadataTree] = []
  /// Of the first section, where it is of FEI1 or FEI2.
  private(set) var first: FEIRecord?
  /// Degrees, one a section; nil when one lacks.
  private(set) var tilts: [Double]?
  /// nm, of columns and rows.
  private(set) var pixel: [Double]?

  private static let recordLimit = 4096

  /// Nil when there is none, or none that is known.
  init?(_ header: MRCHeader) throws(FormatError) {
    guard header.extendedSize > 0 else { return nil }
    switch header.extendedKind {
    case "FEI1", "FEI2": kind = .fei
    case "SERI": kind = .serial
    case "AGAR": kind = .agard
    // Before the kinds had names, this was the one that had exactly so many bytes.
    case "" where header.extendedSize == 131_072: kind = .agard
    default: return nil
    }
    switch kind {
    case .fei: try readFEI(header)
    case .agard: try readAgard(header)
    case .serial: try readSerial(header)
    }
  }

  private mutating func readFEI(_ header: MRCHeader) throws(FormatError) {
    var reader = ByteReader(
      try header.file.read(upTo: 4, from: MRCHeader.size), byteOrder: header.byteOrder, base: MRCHeader.size,
      format: MRCReader.name, file: header.file.path)
    let size = Int(try reader.integer(Int32.self, nil, "Metadata size"))
    guard size >= FEIRecord.leastSize, size <= header.extendedSize else {
      throw header.error("records of \(size) bytes are not possible", at: MRCHeader.size, field: "Metadata size")
    }
    let sections = header.extents[2]
    let count = min(sections, header.extendedSize / size)
    var angles: [Double] = []
    for index in 0..<count {
      let place = MRCHeader.size + index * size
      let record = try FEIRecord(try header.file.read(place, min(size, 4096)), at: place, header)
      if index == 0 { first = record }
      if index < Self.recordLimit { records.append(record.tree) }
      if let angle = record.number("Alpha tilt") { angles.append(angle) }
    }
    keepTilts(angles, sections)
    // Patterns have their pixels in 1/m, and no unit in this field.
    if let first, let x = first.number("Pixel size X"), let y = first.number("Pixel size Y"), x > 0, y > 0, x < 1e-3, y < 1e-3 {
      pixel = [x * 1e9, y * 1e9]
    }
  }

  private mutating func readAgard(_ header: MRCHeader) throws(FormatError) {
    let names = [
      "a_tilt", "b_tilt", "x_stage", "y_stage", "z_stage", "x_shift", "y_shift", "defocus", "exp_time", "mean_int",
      "tilt_axis", "pixel_size", "magnification", "ht", "binning", "applied_defocus",
    ]
    let sections = header.extents[2]
    let count = min(sections, header.extendedSize / 128)
    var angles: [Double] = []
    for index in 0..<count {
      let place = MRCHeader.size + index * 128
      var reader = ByteReader(
        try header.file.read(place, 128), byteOrder: header.byteOrder, base: place, format: MRCReader.name,
        file: header.file.path)
      var entries: [String: MetadataTree] = [:]
      for name in names { entries[name] = .real(Double(try reader.float32())) }
      if index < Self.recordLimit { records.append(.dictionary(entries)) }
      if let angle = entries["a_tilt"]?.number { angles.append(angle) }
    }
    keepTilts(angles, sections)
    if let size = records.first?["pixel_size"]?.number, size > 0, size < 1e-3 { pixel = [size * 1e9, size * 1e9] }
  }

  /// Which fields there are is told by bits; all are 16-bit integers in a fixed order.
  private mutating func readSerial(_ header: MRCHeader) throws(FormatError) {
    var counts = ByteReader(
      Array(header.bytes[128..<132]), byteOrder: header.byteOrder, base: 128, format: MRCReader.name, file: header.file.path)
    let size = Int(try counts.integer(Int16.self))
    let flags = Int(try counts.integer(Int16.self))
    let fields: [(bit: Int, names: [String], factor: Double)] = [
      (1, ["tilt"], 0.01), (2, ["piece x", "piece y", "piece z"], 1), (4, ["stage x (µm)", "stage y (µm)"], 0.04),
      (8, ["magnification"], 100), (16, ["intensity"], 0.00004), (32, ["dose 1", "dose 2"], 1),
    ]
    let needed = fields.reduce(0) { flags & $1.bit != 0 ? $0 + 2 * $1.names.count : $0 }
    guard size > 0, size >= needed, flags > 0 else { return }
    let sections = header.extents[2]
    let count = min(sections, min(header.extendedSize, 64 << 20) / size)
    let bytes = try header.file.read(MRCHeader.size, count * size)
    var reader = ByteReader(
      bytes, byteOrder: header.byteOrder, base: MRCHeader.size, format: MRCReader.name, file: header.file.path)
    var angles: [Double] = []
    for index in 0..<count {
      try reader.seek(to: index * size)
      var entries: [String: MetadataTree] = [:]
      for field in fields where flags & field.bit != 0 {
        for name in field.names { entries[name] = .real(Double(try reader.integer(Int16.self)) * field.factor) }
      }
      if index < Self.recordLimit { records.append(.dictionary(entries)) }
      if let angle = entries["tilt"]?.number { angles.append(angle) }
    }
    keepTilts(angles, sections)
  }

  private mutating func keepTilts(_ angles: [Double], _ sections: Int) {
    guard angles.count == sections, sections > 1, angles.allSatisfy({ $0.isFinite && abs($0) <= 360 }),
      angles.contains(where: { $0 != angles[0] })
    else { return }
    tilts = angles
  }
}
