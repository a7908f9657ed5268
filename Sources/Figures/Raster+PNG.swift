internal import CDeflate

extension Raster {
  /// The pixels as a PNG file: with a palette of up to 256 colours of one, two, four or eight bits a pixel, or else as
  /// they are.
  ///
  /// The corresponding C function is `libdeflate_zlib_compress`.
  ///
  /// - Throws: `FigureError` when there is not enough memory.
  func png() throws(FigureError) -> [UInt8] {
    var result = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]
    if let (indices, palette) = indexed() {
      let depth = palette.count <= 2 ? 1 : palette.count <= 4 ? 2 : palette.count <= 16 ? 4 : 8
      result += Self.chunk("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [UInt8(depth), 3, 0, 0, 0])
      result += Self.chunk("PLTE", palette.flatMap { colour in [16, 8, 0].map { UInt8(colour >> $0 & 0xFF) } })
      if !opacities.isEmpty { result += Self.chunk("tRNS", palette.map { UInt8($0 >> 24 & 0xFF) }) }
      result += Self.chunk("IDAT", try Self.compressed(packed(indices, depth: depth)))
    } else {
      let isOpaque = opacities.isEmpty
      result += Self.chunk(
        "IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [8, isOpaque ? 2 : 6, 0, 0, 0])
      result += Self.chunk("IDAT", try Self.compressed(differences(isOpaque: isOpaque)))
    }
    return result + Self.chunk("IEND", [])
  }

  /// A number of a palette for each pixel, and the palette: opacity, red, green and blue in the bytes of a number.
  private func indexed() -> (indices: [UInt8], palette: [UInt64])? {
    var numbers: [UInt64: UInt8] = [:]
    var palette: [UInt64] = []
    var indices = [UInt8](repeating: 0, count: pixels.count)
    var (last, lastIndex) = (UInt64.max, UInt8(0))
    for (place, pixel) in pixels.enumerated() {
      let colour = UInt64(pixel) | UInt64(opacities.isEmpty ? 255 : opacities[place]) << 24
      if colour != last {
        if let known = numbers[colour] {
          lastIndex = known
        } else {
          guard palette.count < 256 else { return nil }
          lastIndex = UInt8(palette.count)
          numbers[colour] = lastIndex
          palette.append(colour)
        }
        last = colour
      }
      indices[place] = lastIndex
    }
    return (indices, palette)
  }

  /// Rows of so many bits a pixel, each behind the number of its filter, which is none.
  private func packed(_ indices: [UInt8], depth: Int) -> [UInt8] {
    let rowSize = (width * depth + 7) / 8
    var bytes = [UInt8](repeating: 0, count: (rowSize + 1) * height)
    for row in 0..<height {
      let start = row * (rowSize + 1) + 1
      for column in 0..<width {
        let bit = column * depth
        bytes[start + bit / 8] |= indices[row * width + column] << UInt8(8 - depth - bit % 8)
      }
    }
    return bytes
  }

  /// Rows of bytes less their left neighbours.
  private func differences(isOpaque: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((width * 4 + 1) * height)
    for row in 0..<height {
      bytes.append(1)
      var left: [UInt8] = [0, 0, 0, 0]
      for place in row * width..<(row + 1) * width {
        let parts = [16, 8, 0].map { UInt8(pixels[place] >> $0 & 0xFF) } + (isOpaque ? [] : [opacities[place]])
        for (index, part) in parts.enumerated() {
          bytes.append(part &- left[index])
          left[index] = part
        }
      }
    }
    return bytes
  }

  private static func compressed(_ bytes: [UInt8]) throws(FigureError) -> [UInt8] {
    let failure = FigureError("there is not enough memory to compress a picture", advice: "Free some, and try again.")
    guard let compressor = unsafe libdeflate_alloc_compressor(9) else { throw failure }
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

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    let checksum = unsafe body.withUnsafeBytes { unsafe libdeflate_crc32(0, $0.baseAddress, $0.count) }
    return bigEndian(data.count) + body + bigEndian(Int(checksum))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
}
