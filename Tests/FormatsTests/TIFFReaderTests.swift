import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct TIFFReaderTests {
  private typealias Builder = TIFFFileBuilder
  private typealias Page = TIFFFileBuilder.Page

  private static let types: [ScalarType] = [
    .uint8, .int8, .uint16, .int16, .float16, .uint32, .int32, .float32, .uint64, .int64, .float64, .complex64, .complex128,
  ]

  private static func read(_ bytes: [UInt8]) throws -> [ImportedMap] {
    let scratch = try ScratchFolder()
    return try FormatCatalogue.read(scratch.write("a.tif", bytes))
  }

  @Test(arguments: types, ByteOrder.allCases) func typesAndOrders(type: ScalarType, byteOrder: ByteOrder) throws {
    let values = sampleBytes(type, count: 35)
    for isBig in [false, true] {
      for rows in [1, 2, 5] {
        let page = Page(width: 7, height: 5, type: type, values: values, rowsPerStrip: rows)
        let map = try Self.read(Builder(byteOrder: byteOrder, isBig: isBig).file([page]))[0]
        #expect(map.type == type && map.array.shape == [5, 7])
        #expect(try map.allBytes() == values)
        let whole = MemoryArray(shape: [5, 7], elementSize: type.size, bytes: values)
        #expect(try map.array.read([1..<4, 2..<6]) == whole.read([1..<4, 2..<6]))
      }
    }
  }

  @Test(arguments: [1, 5, 8, 32_773], [1, 2, 3]) func compressionsAndPredictors(compression: Int, predictor: Int) throws {
    let types: [ScalarType] = predictor == 3 ? [.float32, .float64, .float16] : [.uint8, .int16, .uint32, .float32, .int64]
    for type in types {
      for byteOrder in ByteOrder.allCases {
        for (samples, isPlanar) in [(1, false), (3, false), (3, true)] {
          let shape = samples == 1 ? [11, 13] : [11, 13, samples]
          let values = sampleBytes(type, count: 11 * 13 * samples)
          for tile in [nil, (width: 16, height: 16), (width: 4, height: 3)] {
            let page = Page(
              width: 13, height: 11, type: type, samples: samples, values: values, compression: compression,
              predictor: predictor, isPlanar: isPlanar, rowsPerStrip: 4, tile: tile, photometric: samples == 3 ? 2 : 1)
            let map = try Self.read(Builder(byteOrder: byteOrder).file([page]))[0]
            #expect(map.array.shape == shape)
            #expect(try map.allBytes() == values, "\(type) \(byteOrder) \(samples) \(isPlanar) \(String(describing: tile))")
            let box = [3..<9, 2..<10] + (samples == 1 ? [] : [1..<3])
            let whole = MemoryArray(shape: shape, elementSize: type.size, bytes: values)
            #expect(try map.array.read(box) == whole.read(box))
          }
        }
      }
    }
  }

  /// Codes of all widths, and a table that is filled and begun anew; once in runs that refer to themselves.
  @Test func longRunsOfLZW() throws {
    var noise = Noise(state: 7)
    let random = (0..<300_000).map { _ in UInt8.random(in: 0..<20, using: &noise) }
    for values in [random, [UInt8](repeating: 5, count: 300_000)] {
      let page = Page(width: 600, height: 500, values: values, compression: 5)
      let map = try Self.read(Builder().file([page]))[0]
      #expect(try map.allBytes() == values)
      #expect(try map.array.read([499..<500, 0..<600]) == Array(values.suffix(600)))
    }
  }

  @Test func samplesOfFewBits() throws {
    let bits = Page(width: 10, height: 2, type: .uint8, bits: 1, values: [0b1010_0000, 0b1100_0000, 0b0000_0001, 0b0100_0000])
    let truths = try Self.read(Builder().file([bits]))[0]
    #expect(truths.type == .bool)
    #expect(try truths.allBytes() == [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])
    let nibbles = Page(width: 3, height: 2, bits: 4, values: [0x12, 0x30, 0x45, 0x60])
    #expect(try Self.read(Builder().file([nibbles]))[0].allBytes() == [1, 2, 3, 4, 5, 6])
    for byteOrder in ByteOrder.allCases {
      let twelve = Page(width: 3, height: 1, bits: 12, values: [0x12, 0x34, 0x56, 0x78, 0x90])
      let map = try Self.read(Builder(byteOrder: byteOrder).file([twelve]))[0]
      #expect(map.type == .uint16)
      #expect(try map.allBytes() == bytes([0x123, 0x456, 0x789] as [UInt16]))
    }
    var turned = bits
    turned.tags[266] = .short([2])
    turned.values = [0b0000_0101, 0b0000_0011, 0b1000_0000, 0b0000_0010]
    #expect(try Self.read(Builder().file([turned]))[0].allBytes() == truths.allBytes())
  }

  @Test func pagesOfOneFormAreAStack() throws {
    let pages = (0..<3).map { Page(width: 2, height: 2, values: [UInt8](repeating: UInt8($0), count: 4)) }
    let other = Page(width: 3, height: 1, type: .uint16, values: bytes([7, 8, 9] as [UInt16]))
    var reduced = Page(width: 1, height: 1, values: [9])
    reduced.tags[254] = .long([1])
    let maps = try Self.read(Builder().file([pages[0], other, pages[1], reduced, pages[2]]))
    #expect(maps.map(\.array.shape) == [[3, 2, 2], [1, 3]])
    #expect(maps.map(\.suggestedName) == ["a-1", "a-2"])
    #expect(try maps[0].array.read([1..<3, 1..<2, 0..<2]) == [1, 1, 2, 2])
    #expect(maps[0].notes == ["1 pages that are others made smaller were left out."])
  }

  @Test func colours() throws {
    let page = Page(width: 2, height: 1, samples: 4, values: Array(1...8), photometric: 2)
    #expect(try Self.read(Builder().file([page]))[0].metadata.axes.map(\.name) == ["y", "x", "rgba"])
    let palette = Page(width: 2, height: 1, values: [0, 1], photometric: 3)
    #expect(try Self.read(Builder().file([palette]))[0].notes.contains { $0.contains("palette") })
    let bright = Page(width: 2, height: 1, values: [0, 1], photometric: 0)
    let map = try Self.read(Builder().file([bright]))[0]
    #expect(try map.allBytes() == [0, 1] && map.notes.contains { $0.contains("low values bright") })
  }

  @Test func whatIsNotReadIsNamed() throws {
    for (code, word) in [(7, "JPEG"), (4, "CCITT"), (50_000, "Zstandard"), (999, "999")] {
      let error = #expect(throws: FormatError.self) {
        try Self.read(Builder().file([Page(width: 2, height: 1, values: [0, 1], compression: code)]))
      }
      #expect(error?.problem.contains(word) == true && error?.advice.contains("Deflate") == true)
    }
  }

  /// Each directory begins 14 bytes behind the one before and reads the next ones as its tags.
  @Test func directoriesThatOverlapAreRefused() throws {
    var file = [0x49, 0x49, 42, 0] + little(8, 4) + [UInt8](repeating: 0, count: 6000)
    for index in 0..<200 {
      let start = 8 + 14 * index
      file.replaceSubrange(start..<start + 2, with: little(101, 2))
      let end = start + 2 + 1212
      file.replaceSubrange(end..<end + 4, with: little(start + 14, 4))
    }
    let overlap = #expect(throws: FormatError.self) { try Self.read(file) }
    #expect(overlap?.problem == "the directories overlap each other")
    let page = Page(width: 1, height: 1, values: [1])
    var loop = Builder().file([page, page])
    let last = loop.count - 4
    loop.replaceSubrange(last..<last + 4, with: loop[4..<8])
    let error = #expect(throws: FormatError.self) { try Self.read(loop) }
    #expect(error?.problem.contains("which cannot be") == true)
  }

  @Test func partsThatAreTooLargeToUnpackAreRefused() throws {
    let scratch = try ScratchFolder()
    let page = Page(width: 1000, height: 1000, values: [UInt8](repeating: 0, count: 1_000_000), compression: 8)
    let path = try scratch.write("a.tif", Builder().file([page]))
    var options = ImportOptions()
    options.memoryLimit = 100_000
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path, options: options) }
    #expect(error?.problem.contains("1000000 bytes") == true)
    #expect(try FormatCatalogue.read(path)[0].array.read([999..<1000, 0..<3]) == [0, 0, 0])
  }

  @Test func stacksOfImageJ() throws {
    let text =
      "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nunit=\\u00B5m\nspacing=0.5\nfinterval=2\nxorigin=3\n"
    let tags: [Int: Builder.Value] = [
      270: .text(text), 282: .rational(4, 1), 283: .rational(2, 1),
    ]
    var pages = (0..<12).map { Page(width: 1, height: 1, values: [UInt8($0)]) }
    pages[0].tags = tags
    var packed = Page(width: 1, height: 1, values: [0], tags: tags)
    packed.trailing = Array(1...11)
    for file in [pages, [packed]] {
      let map = try Self.read(Builder(byteOrder: .big).file(file))[0]
      #expect(map.array.shape == [2, 3, 2, 1, 1])
      #expect(try map.allBytes() == Array(0...11))
      #expect(
        map.metadata.axes == [
          Axis(name: "time", size: 2, scale: 2, units: "s", role: .navigation),
          Axis(name: "z", size: 3, scale: 0.5, units: "µm", role: .navigation),
          Axis(name: "channel", size: 2, role: .navigation),
          Axis(name: "y", size: 1, scale: 0.5, units: "µm", role: .signal),
          Axis(name: "x", size: 1, scale: 0.25, offset: -0.75, units: "µm", role: .signal),
        ])
    }
    packed.trailing = []
    packed.tags[270] = .text(text.replacing("images=12", with: "images=12000").replacing("slices=3", with: "slices=3000"))
    let short = try Self.read(Builder().file([packed]))[0]
    #expect(short.array.shape == [1, 1] && short.notes.contains { $0.contains("speaks of 12000 images") })
  }

  @Test func stacksOfOME() throws {
    let text = """
      <?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0" Name="cells">\
      <AcquisitionDate>2024-03-01T12:30:05</AcquisitionDate><Pixels DimensionOrder="XYZCT" Type="uint8" SizeX="1" SizeY="1" \
      SizeZ="3" SizeC="2" SizeT="1" PhysicalSizeX="0.2" PhysicalSizeY="200" PhysicalSizeYUnit="nm" PhysicalSizeZ="1.5">\
      <TiffData/></Pixels></Image></OME>
      """
    var pages = (0..<6).map { Page(width: 1, height: 1, values: [UInt8($0)]) }
    pages[0].tags[270] = .text(text)
    let map = try Self.read(Builder().file(pages))[0]
    // Slices run first in the file, and last here.
    #expect(map.metadata.axes.map(\.name) == ["z", "channel", "y", "x"])
    #expect(try map.allBytes() == [0, 3, 1, 4, 2, 5])
    #expect(map.metadata.axes.map(\.scale) == [1.5, 1, 200, 0.2])
    #expect(map.metadata.axes.map(\.units) == ["µm", "", "nm", "µm"])
    #expect(map.metadata.title == "cells" && map.metadata.acquired == "2024-03-01T12:30:05")
  }

  @Test func whatTheWriterWritesIsRead() throws {
    let scratch = try ScratchFolder()
    for type in [ScalarType.uint8, .int16, .uint32, .float32, .float64] {
      let map = sampleMap([3, 4, 5], "nss", type)
      let path = scratch.file("a.tif")
      try TIFFWriter.write(map, to: path)
      let own = try FormatCatalogue.read(path)[0]
      #expect(own.type == type && own.array.shape == [3, 4, 5])
      #expect(try own.allBytes() == map.allBytes())
      #expect(own.metadata.axes.map(\.units) == ["eV", "eV", "eV"])
      for (axis, written) in zip(own.metadata.axes, map.metadata.axes).dropFirst() {
        #expect(abs(axis.scale - written.scale) < 1e-9 && abs(axis.offset - written.offset) < 1e-9)
      }
    }
  }
}
