internal import Microscopy

/// The header of a series of TIA (.ser): what its elements are, how many there are, and where each begins.
///
/// Layout: C. B. Boothroyd, "File format of TIA (Emispec) .ser files". All numbers are little-endian. Versions up to 0x0210
/// keep their offsets in 32 bits, 0x0220 in 64.
struct SeriesHeader: Sendable {
  /// Whether an element is a spectrum or an image.
  enum Content: Int, Sendable {
    case spectrum = 0x4120
    case image = 0x4122
  }

  /// One dimension that the elements are arranged along; the first one is the fastest.
  struct Dimension: Sendable {
    var size: Int
    /// The value at the index `element`, in `units`.
    var offset: Double
    var delta: Double
    var element: Int
    var description: String
    var units: String
  }

  let file: FileBytes
  let version: Int
  let content: Content
  let tagKind: Int
  let dimensions: [Dimension]
  /// How many elements were asked for; fewer may have been acquired.
  let total: Int
  /// Where the acquired elements begin.
  let offsets: [Int]
  /// Where the table of offsets begins.
  let table: Int
  let first: SeriesElement

  /// The identifier of the tags that hold a time and a position; the others, 0x4152, hold a time alone.
  static let positionTag = 0x4142

  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 30 && bytes.starts(with: [0x49, 0x49, 0x97, 0x01]) && bytes[5] == 2
      && [0x00, 0x10, 0x20].contains(bytes[4]) && [0x20, 0x22].contains(bytes[6]) && bytes[7] == 0x41
  }

  init(_ path: String) throws(FormatError) {
    file = try FileBytes(path, format: TIAReader.name)
    let file = file
    let bytes = try file.read(upTo: Self.headerLimit)
    guard Self.recognises(bytes) else {
      throw FormatError(
        TIAReader.name, file: path, offset: 0, field: "SeriesID", "this is no series of TIA",
        advice: "Give a .ser or .emi file as TIA wrote it.")
    }
    var reader = ByteReader(bytes, format: TIAReader.name, file: path)
    try reader.skip(4)
    version = Int(try reader.integer(UInt16.self, nil, "SeriesVersion"))
    let width = version <= 0x0210 ? 4 : 8
    guard let content = Content(rawValue: Int(try reader.integer(UInt32.self, nil, "DataTypeID"))) else {
      throw reader.error("elements that are neither spectra nor images are not known", field: "DataTypeID")
    }
    self.content = content
    tagKind = Int(try reader.integer(UInt32.self, nil, "TagTypeID"))
    total = Int(try reader.integer(UInt32.self, nil, "TotalNumberElements"))
    let valid = Int(try reader.integer(UInt32.self, nil, "ValidNumberElements"))
    guard valid > 0 else {
      throw reader.error(
        "the series holds no element", field: "ValidNumberElements",
        advice: "The acquisition was stopped too early; a single spectrum may be in the .emi file: export it from TIA.")
    }
    guard valid <= total else {
      throw reader.error("\(valid) elements are valid of \(total)", field: "ValidNumberElements")
    }
    let table = width == 4 ? UInt64(try reader.integer(UInt32.self, nil, "OffsetArrayOffset")) : try reader.integer()
    dimensions = try Self.dimensions(&reader)
    guard let table = Int(exactly: table), table <= file.size, total <= (file.size - table) / (2 * width) else {
      throw reader.error("the table of \(total) elements does not fit into the file", field: "OffsetArrayOffset")
    }
    self.table = table
    offsets = try Self.offsets(file, at: table, count: valid, width: width)
    first = try SeriesElement(file, at: offsets[0], content)
    for (index, offset) in offsets.enumerated() where offset > file.size - first.headerSize - first.byteCount {
      throw FormatError(
        TIAReader.name, file: path, offset: table + index * width, field: "element \(index)",
        "the element begins at byte \(offset) and does not fit into the \(file.size) bytes of the file",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
  }

  /// Headers are far shorter: a dimension takes some 50 bytes.
  private static let headerLimit = 1 << 16

  private static func dimensions(_ reader: inout ByteReader) throws(FormatError) -> [Dimension] {
    let count = Int(try reader.integer(UInt32.self, nil, "NumberDimensions"))
    guard count <= 16 else { throw reader.error("\(count) dimensions are more than any series has", field: "NumberDimensions") }
    var dimensions: [Dimension] = []
    for _ in 0..<count {
      let size = Int(try reader.integer(UInt32.self, nil, "DimensionSize"))
      let offset = try reader.float64(nil, "CalibrationOffset")
      let delta = try reader.float64(nil, "CalibrationDelta")
      let element = Int(try reader.integer(Int32.self, nil, "CalibrationElement"))
      let description = try reader.text(Int(try reader.integer(UInt32.self)), "Description")
      let units = try reader.text(Int(try reader.integer(UInt32.self)), "Units")
      dimensions.append(
        Dimension(size: size, offset: offset, delta: delta, element: element, description: description, units: units))
    }
    return dimensions
  }

  private static func offsets(
    _ file: FileBytes, at table: Int, count: Int, width: Int
  ) throws(FormatError) -> [Int] {
    var reader = ByteReader(try file.read(table, count * width), base: table, format: TIAReader.name, file: file.path)
    var offsets: [Int] = []
    offsets.reserveCapacity(count)
    for index in 0..<count {
      let value = width == 4 ? UInt64(try reader.integer(UInt32.self)) : try reader.integer(UInt64.self)
      guard let offset = Int(exactly: value) else {
        throw reader.error("the place \(value) is in no file", field: "element \(index)")
      }
      offsets.append(offset)
    }
    return offsets
  }

  /// Where the table of the tags begins.
  private var tagTable: Int { table + total * (version <= 0x0210 ? 4 : 8) }

  /// When an element was acquired, seconds since 1970, and where the beam was, in metres; nil when the tag cannot be read.
  ///
  /// TIA writes the tag behind the values of its element.
  func tag(_ index: Int) -> SeriesTag? {
    let width = version <= 0x0210 ? 4 : 8
    do throws(FormatError) {
      var place = ByteReader(try file.read(tagTable + index * width, width), format: TIAReader.name, file: file.path)
      let offset = width == 4 ? UInt64(try place.integer(UInt32.self)) : try place.integer(UInt64.self)
      guard let offset = Int(exactly: offset) else { return nil }
      var reader = ByteReader(
        try file.read(upTo: 24, from: offset), base: offset, format: TIAReader.name, file: file.path)
      guard Int(try reader.integer(UInt16.self)) == tagKind else { return nil }
      try reader.skip(2)
      let time = Int(try reader.integer(UInt32.self))
      guard tagKind == Self.positionTag else { return SeriesTag(time: time) }
      return SeriesTag(time: time, x: try reader.float64(), y: try reader.float64())
    } catch {
      return nil
    }
  }
}

/// What a series says of one of its elements.
struct SeriesTag: Sendable {
  /// Seconds since 1970, universal time.
  var time: Int
  /// Metres.
  var x: Double?
  var y: Double?
}
