internal import Blocks
internal import CDeflate
internal import Microscopy

/// Writes one image as greyscale PNG.
///
/// Unsigned integers of 8 and 16 bits are kept as they are. Truth values become 0 and 255. Any other type is stretched
/// linearly over 16 bits, from its least finite value (0) to its greatest (65535); values that are no number become 0,
/// infinities the nearer end. The text chunk "Scaling" says which values are black and white, "Pixel size" the calibration.
public enum PNGWriter: FormatWriter {
  public static let name = "PNG"
  public static let extensions = ["png"]
  private static let greatestByteCount = 1 << 30

  public static func refusal(of map: ExportedMap) -> String? {
    guard let planes = ImagePlanes(map) else { return ImagePlanes.refusal }
    if planes.count > 1 { return "it holds one image, and there are \(planes.count)" }
    if map.type.isComplex { return "its values are real, and these are complex" }
    return planes.y.size * planes.x.size > greatestByteCount / 2 ? "the image is too large" : nil
  }

  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    guard let planes = ImagePlanes(map) else { return [] }
    let file = try AtomicFile(path, format: name)
    let isWide = map.type != .uint8 && map.type != .bool
    let scaling = isWide && map.type != .uint16 ? try range(of: planes) : nil
    try file.write([0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A])
    let header = bigEndian(planes.x.size) + bigEndian(planes.y.size) + [isWide ? 16 : 8, 0, 0, 0, 0]
    try file.write(chunk("IHDR", header))
    if let scaling { try file.write(text("Scaling", "black \(scaling.low), white \(scaling.high)")) }
    if !planes.x.units.isEmpty {
      try file.write(
        text("Pixel size", "\(planes.x.scale) \(planes.x.units) (x), \(planes.y.scale) \(planes.y.units) (y)"))
    }
    if !map.metadata.title.isEmpty { try file.write(text("Title", map.metadata.title)) }
    try file.write(chunk("IDAT", try compressed(try samples(planes, scaling), path)))
    try file.write(chunk("IEND", []))
    try file.commit()
    return [path]
  }

  /// The least and the greatest finite value.
  private static func range(of planes: ImagePlanes) throws -> (low: Double, high: Double) {
    var low = Double.infinity
    var high = -Double.infinity
    try planes.forEachRows(ofImage: 0) { bytes in
      for value in planes.map.type.doubles(bytes) where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
    }
    return low <= high ? (low, high) : (0, 0)
  }

  /// The rows as PNG stores them: each with the number of its filter (none) before it, samples big-endian.
  private static func samples(_ planes: ImagePlanes, _ scaling: (low: Double, high: Double)?) throws -> [UInt8] {
    let type = planes.map.type
    let rowSize = planes.x.size * (type == .uint8 || type == .bool ? 1 : 2)
    var result: [UInt8] = []
    result.reserveCapacity((rowSize + 1) * planes.y.size)
    try planes.forEachRows(ofImage: 0) { bytes in
      var bytes = bytes
      if let scaling {
        // Half of both ends, so that the width of the range cannot overflow.
        let width = scaling.high / 2 - scaling.low / 2
        let values = type.doubles(bytes)
        bytes = []
        bytes.reserveCapacity(values.count * 2)
        for value in values {
          let share = value.isNaN || width == 0 ? 0 : min(max((value / 2 - scaling.low / 2) / width, 0), 1)
          let level = UInt16((share * 65535).rounded())
          bytes.append(UInt8(level >> 8))
          bytes.append(UInt8(level & 0xFF))
        }
      } else if type == .bool {
        bytes = bytes.map { $0 == 0 ? 0 : 255 }
      } else if type == .uint16, ByteOrder.native == .little {
        swapBytes(&bytes, width: 2)
      }
      for start in stride(from: 0, to: bytes.count, by: rowSize) {
        result.append(0)
        result += bytes[start..<start + rowSize]
      }
    }
    return result
  }

  private static func compressed(_ bytes: [UInt8], _ path: String) throws(FormatError) -> [UInt8] {
    let failure = FormatError(
      name, file: path, "there is not enough memory to compress it", advice: "Export it as .tif or .npy.")
    guard let compressor = unsafe libdeflate_alloc_compressor(6) else { throw failure }
    defer { unsafe libdeflate_free_compressor(compressor) }
    let bound = unsafe libdeflate_zlib_compress_bound(compressor, bytes.count)
    let result = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = unsafe bytes.withUnsafeBytes {
        unsafe libdeflate_zlib_compress(compressor, $0.baseAddress, $0.count, buffer.baseAddress, bound)
      }
    }
    guard !result.isEmpty else { throw failure }
    return result
  }

  /// Latin-1 text, as the chunk asks for; other characters become question marks.
  private static func text(_ keyword: String, _ text: String) -> [UInt8] {
    let latin = text.unicodeScalars.map { $0.value < 256 && $0.value > 31 ? UInt8($0.value) : UInt8(ascii: "?") }
    return chunk("tEXt", Array(keyword.utf8) + [0] + latin)
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    let checksum = unsafe body.withUnsafeBytes { unsafe libdeflate_crc32(0, $0.baseAddress, $0.count) }
    return bigEndian(data.count) + body + bigEndian(Int(checksum))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
