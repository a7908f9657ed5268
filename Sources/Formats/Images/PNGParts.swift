internal import CDeflate

/// The chunks of a PNG file that its pixels need.
struct PNGParts {
  struct Header {
    var width: Int
    var height: Int
    /// Bits of a sample.
    var depth: Int
    var channels: Int
    var isPalette: Bool

    /// Bytes of a row.
    var rowSize: Int { (width * channels * depth + 7) / 8 }
  }

  let header: Header
  /// Red, green and blue of each colour.
  private(set) var palette: [UInt8] = []
  /// The bytes of all IDAT chunks.
  private(set) var packed: [UInt8] = []

  init(_ bytes: [UInt8], _ path: String) throws(FormatError) {
    var reader = ByteReader(bytes, byteOrder: .big, format: "PNG", file: path)
    let signature: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]
    guard bytes.starts(with: signature) else {
      throw reader.error("does not begin as a PNG file does", advice: "Give a PNG image or an .npy array.")
    }
    try reader.skip(signature.count)
    var header: Header?
    while true {
      let length = Int(try reader.integer(UInt32.self, nil, "length"))
      guard length <= reader.remaining - 8 else { throw reader.error("a chunk of \(length) bytes does not fit into the file") }
      let checked = bytes[reader.position..<reader.position + 4 + length]
      let type = try reader.text(4, "type")
      let body = Array(try reader.take(length, type))
      let checksum = try reader.integer(UInt32.self, nil, "checksum")
      guard checksum == Self.checksum(checked) else {
        throw reader.error("the checksum does not fit the bytes", field: type, advice: "The file is damaged: save it again.")
      }
      if header == nil, type != "IHDR" { throw reader.error("stands before the header", field: type) }
      switch type {
      case "IHDR":
        guard header == nil else { throw reader.error("occurs twice", field: type) }
        header = try Self.header(body, reader)
      case "PLTE": palette = body
      case "IDAT": packed += body
      case "IEND":
        guard let header else { throw reader.error("stands before the header", field: type) }
        self.header = header
        return
      default:
        // A small first letter marks what a reader need not know.
        guard type.utf8.first.map({ $0 & 0x20 != 0 }) == true else {
          throw reader.error("is not known, and needed", field: type, advice: "Save the image with another program.")
        }
      }
    }
  }

  private static func header(_ body: [UInt8], _ reader: ByteReader) throws(FormatError) -> Header {
    func refuse(_ problem: String, _ advice: String = "The file is damaged: save it again.") -> FormatError {
      reader.error(problem, field: "IHDR", advice: advice)
    }
    guard body.count == 13 else { throw refuse("has \(body.count) bytes, not 13") }
    let width = body[0..<4].reduce(0) { $0 << 8 | Int($1) }
    let height = body[4..<8].reduce(0) { $0 << 8 | Int($1) }
    guard (1...1 << 24).contains(width), (1...1 << 24).contains(height) else {
      throw refuse("an image of \(width) × \(height) pixels cannot be read", "Give one of 1 to 16,777,216 rows and columns.")
    }
    let depths: [UInt8: (channels: Int, depths: Set<UInt8>)] = [
      0: (1, [1, 2, 4, 8, 16]), 2: (3, [8, 16]), 3: (1, [1, 2, 4, 8]), 4: (2, [8, 16]), 6: (4, [8, 16]),
    ]
    guard let colours = depths[body[9]], colours.depths.contains(body[8]) else {
      throw refuse("there is no colour type \(body[9]) with \(body[8]) bits")
    }
    guard body[10] == 0, body[11] == 0 else { throw refuse("the method of packing is not known") }
    guard body[12] == 0 else { throw refuse("the image is interlaced", "Save it without interlacing.") }
    return Header(
      width: width, height: height, depth: Int(body[8]), channels: colours.channels, isPalette: body[9] == 3)
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe libdeflate_crc32(0, $0.baseAddress, $0.count) }
  }
}
