internal import CDeflate

/// A PNG file as samples: greyscale, colours or a palette, of 1 to 16 bits, not interlaced.
///
/// Every chunk's checksum is checked. Source: W3C, Portable Network Graphics Specification (2003).
public struct PNGImage: Sendable {
  public let width: Int
  public let height: Int
  /// 1 for grey, 2 for grey with opacity, 3 for colours, 4 for colours with opacity.
  public let channels: Int
  /// Row after row, pixel after pixel, channel after channel, as the file has them; palettes are looked up.
  public let samples: [UInt16]

  private static let format = "PNG"
  private static let greatestSampleCount = 1 << 28
  private static let greatestFileSize = 1 << 30

  /// - Throws: `FormatError` for a file that is damaged, no PNG, interlaced or too large.
  public init(_ path: String) throws(FormatError) {
    let file = try FileBytes(path, format: Self.format)
    guard file.size <= Self.greatestFileSize else {
      throw FormatError(Self.format, file: path, "\(file.size) bytes are too many", advice: "Give an image below 1 GB.")
    }
    let parts = try PNGParts(file.read(0, file.size), path)
    let header = parts.header
    (width, height) = (header.width, header.height)
    let rows = try Self.unfiltered(Self.inflated(parts, path), header, path)
    var values: [UInt16] = []
    values.reserveCapacity(header.width * header.height * header.channels)
    let valuesPerRow = header.width * header.channels
    for row in 0..<header.height {
      let start = row * header.rowSize
      for index in 0..<valuesPerRow {
        switch header.depth {
        case 16: values.append(UInt16(rows[start + 2 * index]) << 8 | UInt16(rows[start + 2 * index + 1]))
        case 8: values.append(UInt16(rows[start + index]))
        case let depth:
          let bit = index * depth
          let byte = UInt16(rows[start + bit / 8])
          values.append(byte >> UInt16(8 - depth - bit % 8) & (1 << UInt16(depth) - 1))
        }
      }
    }
    guard header.isPalette else {
      (channels, samples) = (header.channels, values)
      return
    }
    let palette = parts.palette
    guard let greatest = values.max(), Int(greatest) < palette.count / 3 else {
      throw FormatError(
        Self.format, file: path, field: "PLTE", "the palette has \(palette.count / 3) colours, and pixels want more",
        advice: "The file is damaged: save it again.")
    }
    channels = 3
    samples = values.flatMap { value in (0..<3).map { UInt16(palette[3 * Int(value) + $0]) } }
  }

  /// True for pixels with a colour sample that is not zero and, where the image has opacity, that are not fully transparent.
  public var nonZero: [Bool] {
    let colours = channels < 3 ? 1 : 3
    let isOpaque = channels % 2 == 1
    return (0..<width * height).map { pixel in
      let start = pixel * channels
      return samples[start..<start + colours].contains { $0 != 0 } && (isOpaque || samples[start + colours] != 0)
    }
  }

  /// The filtered rows, each with the number of its filter before it.
  private static func inflated(_ parts: PNGParts, _ path: String) throws(FormatError) -> [UInt8] {
    let header = parts.header
    let size = (header.rowSize + 1) * header.height
    func damaged(_ problem: String) -> FormatError {
      FormatError(format, file: path, field: "IDAT", problem, advice: "The file is damaged: save it again.")
    }
    guard header.width * header.height * header.channels <= greatestSampleCount else {
      throw FormatError(
        format, file: path, field: "IHDR", "an image of \(header.width) × \(header.height) pixels is too large",
        advice: "Give one of at most \(greatestSampleCount) samples.")
    }
    // Deflate cannot pack better than this.
    guard size / 1032 <= parts.packed.count + 1 else {
      throw damaged("\(parts.packed.count) packed bytes cannot hold \(size)")
    }
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else {
      throw damaged("cannot be unpacked: there is not enough memory")
    }
    defer { unsafe libdeflate_free_decompressor(decompressor) }
    var isGood = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      let result = unsafe parts.packed.withUnsafeBytes { packed in
        unsafe libdeflate_zlib_decompress(decompressor, packed.baseAddress, packed.count, buffer.baseAddress, size, nil)
      }
      isGood = result == LIBDEFLATE_SUCCESS
      initialized = isGood ? size : 0
    }
    guard isGood else { throw damaged("its bytes cannot be unpacked to the \(size) that the image has") }
    return bytes
  }

  /// The rows as they were before filtering.
  private static func unfiltered(
    _ bytes: [UInt8], _ header: PNGParts.Header, _ path: String
  ) throws(FormatError) -> [UInt8] {
    let size = header.rowSize
    let step = max(1, header.depth * header.channels / 8)
    var rows = [UInt8](repeating: 0, count: size * header.height)
    for row in 0..<header.height {
      let source = row * (size + 1) + 1
      let target = row * size
      let filter = bytes[source - 1]
      guard filter <= 4 else {
        throw FormatError(
          format, file: path, field: "IDAT", "row \(row) has the unknown filter \(filter)",
          advice: "The file is damaged: save it again.")
      }
      for index in 0..<size {
        let left = index >= step ? rows[target + index - step] : 0
        let above = row > 0 ? rows[target - size + index] : 0
        let corner = row > 0 && index >= step ? rows[target - size + index - step] : 0
        let prediction: UInt8
        switch filter {
        case 0: prediction = 0
        case 1: prediction = left
        case 2: prediction = above
        case 3: prediction = UInt8((Int(left) + Int(above)) / 2)
        default: prediction = paeth(left, above, corner)
        }
        rows[target + index] = bytes[source + index] &+ prediction
      }
    }
    return rows
  }

  /// Of three neighbours the one nearest to left + above − corner.
  private static func paeth(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    let estimate = Int(left) + Int(above) - Int(corner)
    let distances = (abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner)))
    if distances.0 <= distances.1, distances.0 <= distances.2 { return left }
    return distances.1 <= distances.2 ? above : corner
  }
}
