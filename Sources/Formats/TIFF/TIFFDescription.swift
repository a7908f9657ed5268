internal import Foundation
internal import Microscopy

/// What the tags of an instrument's maker say of the images of a TIFF file.
struct TIFFDescription {
  /// The size and the place of a pixel along one axis.
  struct Step: Equatable {
    var scale: Double
    var offset = 0.0
    var units: String

    /// A length in metres, in the unit that suits it.
    static func metres(_ length: Double?) -> Step? {
      guard let length, length > 0, length.isFinite else { return nil }
      if length < 1e-6 { return Step(scale: length * 1e9, units: "nm") }
      if length < 1e-3 { return Step(scale: length * 1e6, units: "µm") }
      return Step(scale: length * 1e3, units: "mm")
    }
  }

  var x: Step?
  var y: Step?
  var z: Step?
  /// Axes of their own, where pixels are no places.
  var axes: (y: Axis, x: Axis)?
  var instrument = Instrument()
  var title = ""
  var acquired: String?
  var authors: String?
  var comment: String?
  var quantity = ""
  var hyperspy = MetadataTree.empty
  /// Under the names of their makers.
  var vendor: [String: MetadataTree] = [:]
  var notes: [String] = []
  /// Files beside the image.
  var files: [String] = []

  /// A square pixel, in metres.
  mutating func setPixel(_ x: Double?, _ y: Double? = nil) {
    self.x = .metres(x)
    self.y = .metres(y ?? x)
  }

  /// Takes in what is found in the tags of the first page, and in text files beside it.
  init(_ directory: TIFFDirectory, _ page: TIFFPage, path: String) throws(FormatError) {
    try readDate(directory)
    try readTags(directory)
    try readFEI(directory)
    try readZeiss(directory, page)
    try readTVIPS(directory)
    try readOlympus(directory)
    try readGatan(directory)
    try readNIH(directory)
    try readTESCAN(directory, path)
    readSidecar(path)
    try readImageDescription(directory, page)
  }

  private mutating func readDate(_ directory: TIFFDirectory) throws(FormatError) {
    // "2016:02:21 17:53:06", with other signs in between at times.
    guard let text = try directory.text(306) else { return }
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count >= 5, (1900...2200).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2]),
      (0..<24).contains(parts[3]), (0..<60).contains(parts[4])
    else { return }
    let seconds = parts.count > 5 && (0..<60).contains(parts[5]) ? parts[5] : 0
    acquired = String(format: "%04d-%02d-%02dT%02d:%02d:%02d", parts[0], parts[1], parts[2], parts[3], parts[4], seconds)
  }

  /// The plain tags, complete but for the places of the pixels.
  private mutating func readTags(_ directory: TIFFDirectory) throws(FormatError) {
    let names = [
      254: "NewSubfileType", 256: "ImageWidth", 257: "ImageLength", 258: "BitsPerSample", 259: "Compression",
      262: "PhotometricInterpretation", 266: "FillOrder", 269: "DocumentName", 270: "ImageDescription", 271: "Make",
      272: "Model", 274: "Orientation", 277: "SamplesPerPixel", 278: "RowsPerStrip", 282: "XResolution", 283: "YResolution",
      284: "PlanarConfiguration", 285: "PageName", 296: "ResolutionUnit", 305: "Software", 306: "DateTime", 315: "Artist",
      316: "HostComputer", 317: "Predictor", 320: "ColorMap", 322: "TileWidth", 323: "TileLength", 338: "ExtraSamples",
      339: "SampleFormat", 33_432: "Copyright",
    ]
    var entries: [String: MetadataTree] = [:]
    for entry in directory.entries where ![273, 279, 324, 325].contains(entry.code) {
      let name = names[entry.code] ?? String(entry.code)
      if entry.type == 2 {
        entries[name] = .text(try directory.text(entry.code) ?? "")
      } else if entry.count > 4096 || entry.type == 7 {
        entries[name] = [
          "type": .integer(Int64(entry.type)), "count": .integer(Int64(entry.count)), "place": .integer(Int64(entry.place)),
        ]
      } else if let values = try directory.numbers(entry.code) {
        let numbers = values.map { value in
          value == value.rounded() && abs(value) < 1e15 ? MetadataTree.integer(Int64(value)) : .real(value)
        }
        entries[name] = numbers.count == 1 ? numbers[0] : .list(numbers)
      }
    }
    vendor["tags"] = .dictionary(entries)
    authors = try directory.text(315)
  }

  /// Gatan's tags, which HyperSpy writes too: units, origins and scales of x, y and z, and of the values.
  private mutating func readGatan(_ directory: TIFFDirectory) throws(FormatError) {
    let tags = [(65_003, 65_006, 65_009), (65_004, 65_007, 65_010), (65_005, 65_008, 65_011)]
    for (index, tag) in tags.enumerated() {
      guard let scale = try directory.number(tag.2), scale.isFinite, scale != 0 else { continue }
      let origin = try directory.number(tag.1) ?? 0
      let units = try directory.text(tag.0) ?? ""
      let step = Step(scale: scale, offset: origin.isFinite ? origin : 0, units: Self.unit(units))
      switch index {
      case 0: x = step
      case 1: y = step
      default: z = step
      }
    }
    if let units = try directory.text(65_022) { quantity = units }
    let model = ["Signal", "Noise_properties", "Variance_linear_model"]
    if let offset = try directory.number(65_024) { hyperspy.replace(model + ["gain_offset"], by: .real(offset)) }
    if let gain = try directory.number(65_025) { hyperspy.replace(model + ["gain_factor"], by: .real(gain)) }
  }

  /// The header of NIH Image: pixels per unit, and the unit by its number.
  private mutating func readNIH(_ directory: TIFFDirectory) throws(FormatError) {
    guard let bytes = try directory.bytes(43_314, limit: 512), bytes.count >= 174 else { return }
    var reader = ByteReader(bytes, byteOrder: .big, format: TIFFReader.name, file: directory.file.path)
    try reader.seek(to: 160)
    let scale = try reader.float64()
    try reader.skip(4)
    let lengths = [5: 1e-9, 6: 1e-6, 7: 1e-3, 8: 1e-2, 9: 1, 10: 1e3, 11: 0.0254]
    let unit = Int(try reader.integer(Int16.self))
    vendor["NIH Image"] = ["XScale": .real(scale), "UnitsID": .integer(Int64(unit))]
    if let length = lengths[unit], scale > 0, scale.isFinite { setPixel(length / scale) }
  }

  /// A unit as the field writes it.
  static func unit(_ text: String) -> String {
    switch text.trimmingCharacters(in: .whitespaces) {
    case "micron", "microns", "um", "\\u00B5m", "μm", "micrometer", "micrometers": "µm"
    case "nanometer", "nanometers": "nm"
    case "angstrom", "Angstrom": "Å"
    case "1 / nm", "nm^-1", "1/nm": "1/nm"
    case "pixel", "pixels", "pix": ""
    case "sec", "seconds": "s"
    case let other: other
    }
  }
}
