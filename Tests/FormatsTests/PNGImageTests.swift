import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

struct PNGImageTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func image(_ text: String) throws -> PNGImage {
    try PNGImage(scratch.write("a.png", [UInt8](#require(Data(base64Encoded: text)))))
  }

  /// Made by Python, with a filter of its own in every row, a text chunk and the pixels in two chunks.
  private static let colours =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAFCAIAAADtz9qMAAAAA3RFWHRhAGLcSaI7AAAAB0lEQVR42mNhYGBQPj0WqQAAACtJREFUZeVVZVVXZX"
    + "Vk5I5mhHOYgBw4YhbbxiSxgV1ig4jEBkUWkBgrFAEA8KAH9Bul4tYAAAAASUVORK5CYII="

  @Test func everyFilter() throws {
    let image = try image(Self.colours)
    #expect((image.width, image.height, image.channels) == (4, 5, 3))
    var expected: [UInt16] = []
    for y in 0..<5 {
      for x in 0..<4 { expected += [(x * 37 + y * 11) % 256, (x * 5 + y * 91) % 256, (x * x * 13 + y) % 256].map { UInt16($0) } }
    }
    #expect(image.samples == expected)
    #expect(image.nonZero == [false] + Array(repeating: true, count: 19))
  }

  @Test func everyDepth() throws {
    let bits = try image(
      "iVBORw0KGgoAAAANSUhEUgAAAAsAAAACAQAAAACm2BtDAAAADklEQVR42mNYkMDAqAAABMgBIvM7Kf4AAAAASUVORK5CYII=")
    #expect(bits.samples == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1])
    #expect(bits.nonZero.count { $0 } == 6)
    let two = try image(
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAABAgMAAABrkIxgAAAADFBMVEUAAAD/AAAACQAHCAnF/H2FAAAAC0lEQVR42m"
        + "OQdgAAAHkAXJzQMPUAAAAASUVORK5CYII=")
    #expect(two.channels == 3 && two.samples == [0, 0, 0, 255, 0, 0, 0, 9, 0, 7, 8, 9, 255, 0, 0])
    #expect(two.nonZero == [false, true, true, true, true])
    let four = try image("iVBORw0KGgoAAAANSUhEUgAAAAMAAAABBAAAAAD7e6ZpAAAAC0lEQVR42mPgNwAAAFEAQPCjlL8AAAAASUVORK5CYII=")
    #expect(four.samples == [0, 15, 3])
    let opacity = try image(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAQAAACx6dw/AAAAD0lEQVR42mNgZWD4z84JAAM5ARWSNxypAAAAAElFTkSuQmCC")
    #expect(opacity.channels == 2 && opacity.samples == [5, 0, 0, 255, 7, 9])
    // Transparent, black, and neither.
    #expect(opacity.nonZero == [false, false, true])
    let sixteen = try image("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR42mNgZGJgBAAAEAAF43DmtQAAAABJRU5ErkJggg==")
    #expect(sixteen.samples == [258, 1])
  }

  @Test func whatIsWrittenIsRead() throws {
    let axes = [
      Axis(name: "y", size: 3, role: .signal), Axis(name: "x", size: 5, scale: 2, units: "nm", role: .signal),
    ]
    for (type, size) in [(ScalarType.bool, 1), (.uint8, 1), (.uint16, 2)] {
      let bytes: [UInt8] = (0..<15 * size).map { place in UInt8(type == .bool ? place % 2 : (place * 29 + 1) % 251) }
      let map = ExportedMap(
        metadata: MapMetadata(title: "a", axes: axes), type: type,
        array: MemoryArray(shape: [3, 5], elementSize: size, bytes: bytes))
      try PNGWriter.write(map, to: scratch.file("b.png"))
      let image = try PNGImage(scratch.file("b.png"))
      #expect((image.width, image.height, image.channels) == (5, 3, 1))
      let levels: [Double] = type.doubles(bytes).map { value in type == .bool ? 255 * value : value }
      #expect(image.samples.map { Double($0) } == levels)
    }
  }

  @Test func whatCannotBeRead() throws {
    let interlaced = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAAGmThDAAAAAC0lEQVR42mNgZAIAAAcABOXtlM8AAAAASUVORK5CYII="
    let smallPalette =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAMAAADD/I+4AAAABlBMVEUAAAABAQHKudIvAAAAC0lEQVR42mNgZAIAAAcABOXtlM8AAAAASUVORK5CYII="
    let large = "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwCAAAAABDTKdmAAAAEUlEQVR42mNgGAWjYBQMdwAAA+gAAc5JTFgAAAAASUVORK5CYII="
    let unknown =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAAEFCQ0TbFyClAAAAC0lEQVR42mNgZAIAAAcABOXtlM8AAAAASUVORK5CYII="
    for (text, word) in [
      (interlaced, "interlaced"), (smallPalette, "palette"), (large, "too large"), (unknown, "ABCD"),
      (Data("GIF89a".utf8).base64EncodedString(), "PNG"), ("", "PNG"),
    ] {
      let error = try #require(throws: FormatError.self) { try image(text) }
      #expect(error.description.contains(word))
    }
    #expect(throws: FormatError.self) { try PNGImage(scratch.file("none.png")) }
  }

  @Test func damageIsFound() throws {
    let bytes = [UInt8](try #require(Data(base64Encoded: Self.colours)))
    for count in 0..<bytes.count {
      #expect(throws: FormatError.self) { try PNGImage(scratch.write("a.png", Array(bytes[..<count]))) }
    }
    for place in bytes.indices {
      for bit in [0x01, 0x10, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[place] ^= bit
        #expect(throws: FormatError.self) { try PNGImage(scratch.write("a.png", damaged)) }
      }
    }
  }
}
