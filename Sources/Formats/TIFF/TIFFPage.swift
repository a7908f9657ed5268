internal import Microscopy

/// How the pixels of one page lie in the file.
struct TIFFPage: Sendable {
  /// What pages of one stack have in common.
  struct Form: Hashable, Sendable {
    var width: Int
    var height: Int
    var samples: Int
    var bits: Int
    var type: ScalarType
    var photometric: Int
  }

  let form: Form
  let compression: Compression
  let predictor: Int
  /// Whether the samples of a pixel lie apart, in planes.
  let isPlanar: Bool
  let isTiled: Bool
  /// Columns and rows of a segment: a strip or a tile.
  let segmentWidth: Int
  let segmentHeight: Int
  let offsets: [Int]
  let byteCounts: [Int]
  /// Whether the first bit of a byte is its lowest one.
  let hasReversedBits: Bool
  /// Whether this is another page made smaller.
  let isReduced: Bool
  let byteOrder: ByteOrder
  /// Where the directory begins.
  let place: Int

  enum Compression: Sendable { case plain, lzw, deflate, packBits }

  var segmentsAcross: Int { (form.width + segmentWidth - 1) / segmentWidth }
  var segmentsDown: Int { (form.height + segmentHeight - 1) / segmentHeight }
  /// Samples of a pixel in one segment.
  var segmentSamples: Int { isPlanar ? 1 : form.samples }
  /// Bytes of one row of a segment in the file, unpacked.
  var rowBytes: Int { (segmentWidth * segmentSamples * form.bits + 7) / 8 }
  /// Whether samples fill their bytes.
  var isAligned: Bool { form.bits == form.type.size * 8 }

  init(_ directory: TIFFDirectory) throws(FormatError) {
    let file = directory.file
    place = directory.start
    byteOrder = directory.byteOrder
    func fail(_ code: Int, _ field: String, _ problem: String, _ advice: String? = nil) -> FormatError {
      FormatError(
        TIFFReader.name, file: file.path, offset: directory.entry(code)?.place ?? directory.start, field: field, problem,
        advice: advice ?? "The file is cut short or damaged: copy it again from its source.")
    }
    guard let width = try directory.integer(256), let height = try directory.integer(257), (1...1 << 31).contains(width),
      (1...1 << 31).contains(height)
    else { throw fail(256, "ImageWidth, ImageLength", "the page has no size that could be") }
    let samples = try directory.integer(277) ?? 1
    let bits = try directory.integers(258, limit: 1 << 16) ?? [1]
    guard (1...1 << 16).contains(samples), let depth = bits.first, bits.allSatisfy({ $0 == depth }) else {
      throw fail(258, "BitsPerSample", "samples of different depths are not known", "Convert the image to one depth.")
    }
    let format = try directory.integers(339, limit: 1 << 16)?.first ?? 1
    guard let type = Self.type(bits: depth, format: format) else {
      throw fail(
        258, "BitsPerSample, SampleFormat", "samples of \(depth) bits in the format \(format) are not known",
        "Convert the image to integers or real numbers of 8 to 64 bits.")
    }
    form = Form(
      width: width, height: height, samples: samples, bits: depth, type: type,
      photometric: try directory.integer(262) ?? 1)
    let code = try directory.integer(259) ?? 1
    guard let compression = Self.compression(code) else {
      throw fail(
        259, "Compression", "the compression \(Self.otherCompressions[code] ?? String(code)) is not known",
        "Save the image again without compression, or with LZW or Deflate.")
    }
    self.compression = compression
    predictor = try directory.integer(317) ?? 1
    let isWhole = depth == type.size * 8
    guard
      predictor == 1 || (predictor == 2 && isWhole && !type.isComplex)
        || (predictor == 3 && [.float16, .float32, .float64].contains(type))
    else { throw fail(317, "Predictor", "the predictor \(predictor) is not known for samples of \(depth) bits") }
    isPlanar = try directory.integer(284) == 2 && samples > 1
    isReduced = (try directory.integer(254) ?? 0) & 1 == 1
    hasReversedBits = try directory.integer(266) == 2
    let tile = (try directory.integer(322), try directory.integer(323))
    isTiled = directory.entry(324) != nil
    if isTiled {
      guard let across = tile.0, let down = tile.1, (1...1 << 24).contains(across), (1...1 << 24).contains(down) else {
        throw fail(322, "TileWidth, TileLength", "the tiles have no size that could be")
      }
      (segmentWidth, segmentHeight) = (across, down)
    } else {
      (segmentWidth, segmentHeight) = (width, min(height, max(1, try directory.integer(278) ?? height)))
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    let (total, over) = pixels.multipliedReportingOverflow(by: samples * type.size)
    guard !overflow, !over, total < 1 << 50 else { throw fail(256, "ImageWidth", "no disk could hold so many pixels") }
    let columns = (width + segmentWidth - 1) / segmentWidth
    let rows = (height + segmentHeight - 1) / segmentHeight
    let count = columns * rows * (isPlanar ? samples : 1)
    let codes = isTiled ? (324, 325) : (273, 279)
    guard let offsets = try directory.integers(codes.0), offsets.count >= count else {
      throw fail(codes.0, isTiled ? "TileOffsets" : "StripOffsets", "\(count) parts of the image are not all there")
    }
    self.offsets = Array(offsets.prefix(count))
    let rowSize = (segmentWidth * (isPlanar ? 1 : samples) * depth + 7) / 8
    let (segmentRows, hasTiles) = (segmentHeight, isTiled)
    guard rowSize < (1 << 50) / segmentRows else { throw fail(322, "TileWidth", "the tiles have no size that could be") }
    func needed(_ index: Int) -> Int {
      let row = index / columns % rows
      return rowSize * (hasTiles ? segmentRows : min(segmentRows, height - row * segmentRows))
    }
    var sizes: [Int]
    if let counts = try directory.integers(codes.1), counts.count >= count {
      sizes = Array(counts.prefix(count))
    } else if compression == .plain {
      sizes = []
    } else {
      throw fail(codes.1, "StripByteCounts", "the sizes of the compressed parts are not there")
    }
    if compression == .plain { sizes = (0..<count).map(needed) }
    for index in 0..<count {
      let (offset, size) = (offsets[index], sizes[index])
      let isPossible = size > 0 && size <= file.size && needed(index) / 4096 <= size
      guard isPossible, offset >= 0, offset <= file.size - size else {
        throw fail(
          codes.0, isTiled ? "TileOffsets" : "StripOffsets",
          "part \(index) of the image does not fit into the \(file.size) bytes of the file")
      }
    }
    byteCounts = sizes
  }

  private static func type(bits: Int, format: Int) -> ScalarType? {
    switch (format, bits) {
    case (1, 1), (4, 1): .bool
    case (1, 2...8), (4, 8): .uint8
    case (1, 9...16), (4, 16): .uint16
    case (1, 17...32), (4, 32): .uint32
    case (1, 64), (4, 64): .uint64
    case (2, 8): .int8
    case (2, 16): .int16
    case (2, 32): .int32
    case (2, 64): .int64
    case (3, 16): .float16
    case (3, 32): .float32
    case (3, 64): .float64
    case (6, 64): .complex64
    case (6, 128): .complex128
    default: nil
    }
  }

  private static func compression(_ code: Int) -> Compression? {
    switch code {
    case 1: .plain
    case 5: .lzw
    case 8, 32_946: .deflate
    case 32_773: .packBits
    default: nil
    }
  }

  private static let otherCompressions = [
    2: "CCITT", 3: "CCITT fax 3", 4: "CCITT fax 4", 6: "JPEG", 7: "JPEG", 34_712: "JPEG 2000", 34_887: "LERC",
    34_925: "LZMA", 50_000: "Zstandard", 50_001: "WebP", 50_002: "JPEG XL",
  ]
}
