import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct ImageWriterTests {
  /// The chunks of a PNG file, their checksums compared, and its samples unpacked.
  private func png(_ bytes: [UInt8], in scratch: ScratchFolder) throws -> (header: [UInt8], texts: [String], rows: [[UInt8]]) {
    #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])
    var header: [UInt8] = []
    var texts: [String] = []
    var packed: [UInt8] = []
    var place = 8
    var last = ""
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    while place < bytes.count {
      let count = number(place)
      let body = bytes[place + 4..<place + 8 + count]
      #expect(crc32(body) == UInt32(number(place + 8 + count)))
      last = decodeText(body.prefix(4))
      let data = Array(body.dropFirst(4))
      if last == "IHDR" { header = data }
      if last == "tEXt" { texts.append(decodeText(data)) }
      if last == "IDAT" { packed += data }
      place += 12 + count
    }
    #expect(last == "IEND")
    let width = Int(header[2]) << 8 | Int(header[3])
    let height = Int(header[6]) << 8 | Int(header[7])
    let rowSize = 1 + width * Int(header[8]) / 8
    // A zlib stream is deflate between two bytes and a checksum.
    let path = try scratch.write("idat", packed)
    let size = rowSize * height
    var rows: [[UInt8]] = []
    let samples = try Inflation(
      bytes: FileBytes(path, format: "test"), offset: 2, packedSize: packed.count - 6, size: size, checksum: nil,
      name: "IDAT"
    ).memory()
    for row in 0..<height {
      #expect(samples[row * rowSize] == 0)
      rows.append(Array(samples[row * rowSize + 1..<(row + 1) * rowSize]))
    }
    return (header, texts, rows)
  }

  @Test func integersAndTruthValuesAreExact() throws {
    let scratch = try ScratchFolder()
    for type in [ScalarType.uint8, .uint16, .bool] {
      let map = sampleMap([5, 7], "ss", type)
      try ExportCatalogue.write(map, to: scratch.file("a.png"))
      let image = try png(scratch.bytes("a.png"), in: scratch)
      #expect(image.header == [0, 0, 0, 7, 0, 0, 0, 5, type == .uint16 ? 16 : 8, 0, 0, 0, 0])
      let values = try map.allBytes()
      switch type {
      case .uint16: #expect(image.rows.flatMap(\.self) == swapped(values, type))
      case .bool: #expect(image.rows.flatMap(\.self) == values.map { $0 == 0 ? 0 : 255 })
      default: #expect(image.rows.flatMap(\.self) == values)
      }
      #expect(image.texts.contains("Pixel size\01.5 eV (x), 0.5 eV (y)"))
    }
  }

  @Test func realValuesAreStretchedOverTheirRange() throws {
    let scratch = try ScratchFolder()
    let values: [Float] = [-1, 0, 3, .nan, .infinity, -.infinity]
    let metadata = MapMetadata(axes: [
      Axis(name: "y", size: 2, role: .navigation), Axis(name: "x", size: 3, role: .navigation),
    ])
    let map = ExportedMap(metadata: metadata, type: .float32, array: MemoryArray(shape: [2, 3], values))
    try ExportCatalogue.write(map, to: scratch.file("a.png"))
    let image = try png(scratch.bytes("a.png"), in: scratch)
    let levels = image.rows.flatMap(\.self)
    #expect(levels == [0, 0, 0x40, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0])
    #expect(image.texts == ["Scaling\0black -1.0, white 3.0"])
  }

  @Test func aConstantImageIsBlack() throws {
    let scratch = try ScratchFolder()
    let metadata = MapMetadata(axes: Axis.defaults(for: [1, 2]))
    let map = ExportedMap(metadata: metadata, type: .float64, array: MemoryArray(shape: [1, 2], [5.0, 5.0]))
    try ExportCatalogue.write(map, to: scratch.file("a.png"))
    #expect(try png(scratch.bytes("a.png"), in: scratch).rows == [[0, 0, 0, 0]])
  }

  /// The pages of a little-endian TIFF: numbers by tag, and the bytes of the only strip.
  private func tiff(_ bytes: [UInt8]) throws -> [(tags: [Int: [Int]], strip: [UInt8], text: String)] {
    func number(_ place: Int, _ count: Int) -> Int { bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) } }
    #expect(Array(bytes[..<4]) == [73, 73, 42, 0])
    var pages: [(tags: [Int: [Int]], strip: [UInt8], text: String)] = []
    var directory = number(4, 4)
    while directory != 0 {
      #expect(directory.isMultiple(of: 2))
      let count = number(directory, 2)
      var tags: [Int: [Int]] = [:]
      var text = ""
      var last = 0
      for entry in stride(from: directory + 2, to: directory + 2 + count * 12, by: 12) {
        let tag = number(entry, 2)
        #expect(tag > last)
        last = tag
        let value = number(entry + 8, 4)
        switch number(entry + 2, 2) {
        case 5: tags[tag] = [number(value, 4), number(value + 4, 4)]
        case 2: text = decodeText(bytes[value..<value + number(entry + 4, 4) - 1])
        default: tags[tag] = [value]
        }
      }
      let strip = try #require(tags[273])[0]
      pages.append((tags, Array(bytes[strip..<strip + (tags[279]?[0] ?? 0)]), text))
      directory = number(directory + 2 + count * 12, 4)
    }
    return pages
  }

  @Test(arguments: ScalarType.allCases.filter { !$0.isComplex && $0 != .int64 && $0 != .uint64 })
  func pagesHoldTheValues(type: ScalarType) throws {
    let scratch = try ScratchFolder()
    for (shape, roles) in [([5, 7], "ss"), ([3, 5, 7], "nss"), ([2, 2, 3, 5], "nnss"), ([3, 5, 7], "nnn")] {
      let map = sampleMap(shape, roles, type)
      try ExportCatalogue.write(map, to: scratch.file("a.tif"))
      let pages = try tiff(scratch.bytes("a.tif"))
      let plane = shape.suffix(2).reduce(1, *)
      #expect(pages.count == shape.reduce(1, *) / plane)
      var expected = try map.allBytes()
      if type == .bool { expected = expected.map { $0 == 0 ? 0 : 255 } }
      if type == .float16 { expected = bytes(type.doubles(expected).map(Float.init)) }
      #expect(pages.flatMap(\.strip) == expected)
      let tags = try #require(pages.first).tags
      #expect(tags[256] == [shape[shape.count - 1]] && tags[257] == [shape[shape.count - 2]])
      #expect(tags[258] == [expected.count / shape.reduce(1, *) * 8])
      #expect(tags[339] == [type.isInteger && type.rawValue.hasPrefix("i") ? 2 : type.rawValue.hasPrefix("f") ? 3 : 1])
      let resolution = try #require(tags[282])
      let scale = map.metadata.axes[shape.count - 1].scale
      #expect(abs(Double(resolution[0]) / Double(resolution[1]) * scale - 1) < 1e-9)
      #expect(pages[0].text.hasPrefix("ImageJ="))
      #expect(pages[0].text.contains(roles.hasSuffix("s") ? "unit=eV\n" : "unit=um\n"))
    }
  }

  @Test func spectraAreNoImages() throws {
    let scratch = try ScratchFolder()
    for name in ["a.tif", "a.png"] {
      for map in [sampleMap([3, 4, 7], "nns", .uint8), sampleMap([7], "s", .uint8)] {
        let error = #expect(throws: FormatError.self) { try ExportCatalogue.write(map, to: scratch.file(name)) }
        #expect(error?.advice.contains(".npy") == true)
      }
    }
    #expect(try scratch.names == [])
  }
}
