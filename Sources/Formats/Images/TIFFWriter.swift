internal import Blocks
internal import Microscopy

/// Writes images as uncompressed greyscale TIFF (revision 6.0, little-endian), one page per image of a stack.
///
/// The calibration is that of ImageJ: pixels per unit as the resolution, the unit and the step between pages in
/// ImageDescription of the first page. Truth values become 0 and 255, half-precision values single precision.
public enum TIFFWriter: FormatWriter {
  public static let name = "TIFF"
  public static let extensions = ["tif", "tiff"]

  public static func refusal(of map: ExportedMap) -> String? {
    guard let planes = ImagePlanes(map) else { return ImagePlanes.refusal }
    switch map.type {
    case .complex64, .complex128: return "its values are real, and these are complex"
    case .int64, .uint64: return "viewers know integers of up to 32 bits, and these have 64"
    default: break
    }
    // Offsets in the file have 32 bits.
    let (size, overflow) = planes.count.multipliedReportingOverflow(by: planes.byteCount * 2 + 1024)
    if overflow || size / 2 > 4_000_000_000 { return "it holds up to 4 GB" }
    return nil
  }

  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    guard let planes = ImagePlanes(map) else { return [] }
    let file = try AtomicFile(path, format: name)
    try file.write(Array("II".utf8) + [42, 0, 8, 0, 0, 0])
    let size = sampleSize(map.type)
    for index in 0..<planes.count {
      let page = Page(planes, index: index, sampleSize: size, start: file.count)
      try file.write(page.directory)
      try planes.forEachRows(ofImage: index) { bytes in
        try file.write(samples(bytes, map.type))
      }
      // The next directory begins at an even place.
      if !file.count.isMultiple(of: 2) { try file.write([0]) }
    }
    try file.commit()
    return [path]
  }

  private static func sampleSize(_ type: ScalarType) -> Int { type == .float16 ? 4 : type.size }

  private static func samples(_ bytes: [UInt8], _ type: ScalarType) -> [UInt8] {
    var bytes = bytes
    if type == .bool { return bytes.map { $0 == 0 ? 0 : 255 } }
    if type == .float16 { bytes = widened(bytes) }
    if ByteOrder.native != .little { swapBytes(&bytes, width: sampleSize(type)) }
    return bytes
  }
}

/// The directory of one page, followed by the values that do not fit into it; the samples come after both.
private struct Page {
  private(set) var directory: [UInt8] = []

  private enum Value {
    case short(Int)
    case long(Int)
    case rational(Int, Int)
    case text([UInt8])
  }

  init(_ planes: ImagePlanes, index: Int, sampleSize: Int, start: Int) {
    let format =
      switch planes.map.type {
      case .int8, .int16, .int32: 2
      case .float16, .float32, .float64: 3
      default: 1
      }
    let length = planes.y.size * planes.x.size * sampleSize
    let (xPixels, xUnits) = Self.ratio(1 / abs(planes.x.scale))
    let (yPixels, yUnits) = Self.ratio(1 / abs(planes.y.scale))
    var entries: [(tag: Int, value: Value)] = [
      (256, .long(planes.x.size)), (257, .long(planes.y.size)), (258, .short(sampleSize * 8)), (259, .short(1)),
      (262, .short(1)), (273, .long(0)), (277, .short(1)), (278, .long(planes.y.size)), (279, .long(length)),
      (282, .rational(xPixels, xUnits)), (283, .rational(yPixels, yUnits)), (296, .short(1)), (339, .short(format)),
    ]
    if index == 0 { entries.append((270, .text(Self.description(planes)))) }
    entries.sort { $0.tag < $1.tag }
    let extra = entries.reduce(0) { total, entry in
      switch entry.value {
      case .short, .long: total
      case .rational: total + 8
      case .text(let text): total + text.count + text.count % 2
      }
    }
    let extraStart = start + 2 + entries.count * 12 + 4
    let dataStart = extraStart + extra
    let dataEnd = dataStart + length
    var values: [UInt8] = []
    directory = Self.bytes(entries.count, 2)
    for (tag, value) in entries {
      directory += Self.bytes(tag, 2)
      let place = extraStart + values.count
      switch value {
      case .short(let number): directory += Self.bytes(3, 2) + Self.bytes(1, 4) + Self.bytes(number, 4)
      case .long(let number):
        directory += Self.bytes(4, 2) + Self.bytes(1, 4) + Self.bytes(tag == 273 ? dataStart : number, 4)
      case .rational(let numerator, let denominator):
        directory += Self.bytes(5, 2) + Self.bytes(1, 4) + Self.bytes(place, 4)
        values += Self.bytes(numerator, 4) + Self.bytes(denominator, 4)
      case .text(let text):
        directory += Self.bytes(2, 2) + Self.bytes(text.count, 4) + Self.bytes(place, 4)
        values += text + [UInt8](repeating: 0, count: text.count % 2)
      }
    }
    let isLast = index == planes.count - 1
    directory += Self.bytes(isLast ? 0 : dataEnd + dataEnd % 2, 4) + values
  }

  /// ImageJ's key=value lines, in ASCII, with the zero at their end.
  private static func description(_ planes: ImagePlanes) -> [UInt8] {
    var text = "ImageJ=1.54f\n"
    if planes.count > 1 { text += "images=\(planes.count)\nslices=\(planes.count)\n" }
    if !planes.x.units.isEmpty { text += "unit=\(planes.x.units)\n" }
    let axes = planes.map.metadata.axes
    if axes.count == 3, let first = axes.first { text += "spacing=\(first.scale)\n" }
    // The pixel that lies at the origin of the axes.
    if planes.x.offset != 0 { text += "xorigin=\(-planes.x.offset / planes.x.scale)\n" }
    if planes.y.offset != 0 { text += "yorigin=\(-planes.y.offset / planes.y.scale)\n" }
    text += "loop=false\n"
    let ascii = text.replacing("µm", with: "um").replacing("μm", with: "um").unicodeScalars.flatMap { scalar -> [UInt8] in
      guard !scalar.isASCII else { return [UInt8(scalar.value)] }
      let digits = String(scalar.value, radix: 16)
      return Array("\\u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)".utf8)
    }
    return ascii + [0]
  }

  /// A fraction of two positive 32-bit numbers near a value: the last convergent of its continued fraction that fits.
  static func ratio(_ value: Double) -> (Int, Int) {
    guard value.isFinite, value > 0 else { return (1, 1) }
    let limit = Double(UInt32.max)
    if value >= limit { return (Int(UInt32.max), 1) }
    var (numerator, denominator) = (1.0, 0.0)
    var (lastNumerator, lastDenominator) = (0.0, 1.0)
    var rest = value
    while true {
      let whole = rest.rounded(.down)
      let next = (whole * numerator + lastNumerator, whole * denominator + lastDenominator)
      guard next.0 <= limit, next.1 <= limit else { break }
      (lastNumerator, lastDenominator, numerator, denominator) = (numerator, denominator, next.0, next.1)
      let fraction = rest - whole
      if fraction < 1e-12 || abs(numerator / denominator - value) <= value * 1e-15 { break }
      rest = 1 / fraction
    }
    return numerator >= 1 && denominator >= 1 ? (Int(numerator), Int(denominator)) : (1, Int(UInt32.max))
  }

  private static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
