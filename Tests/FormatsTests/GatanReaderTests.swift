import Blocks
import Microscopy
import Testing

@testable import Formats

struct GatanReaderTests {
  typealias Builder = GatanFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func read(_ bytes: [UInt8], _ name: String = "a.dm4") throws -> [ImportedMap] {
    try GatanReader.read(scratch.write(name, bytes), options: ImportOptions())
  }

  private static func bytes<Number: BitwiseCopyable>(_ values: [Number]) -> [UInt8] {
    MemoryArray(shape: [values.count], values).bytes
  }

  private static let variants: [(Int, ByteOrder)] = [(3, .little), (3, .big), (4, .little), (4, .big)]

  @Test(arguments: variants)
  func everyKindOfTagIsKept(version: Int, byteOrder: ByteOrder) throws {
    let image = Builder.image("a", sizes: [2], dataType: 1, code: 2, width: 2, data: [1, 0, 2, 0])
    let record: [(code: UInt64, bytes: [UInt8])] = [(2, [7, 0]), (6, Self.bytes([2.5] as [Float]))]
    let tags: [(String, Builder.Tag)] = [
      ("short", .number(code: 2, bytes: [0xfe, 0xff])), ("long", .number(code: 3, bytes: [0xfe, 0xff, 0xff, 0xff])),
      ("unsigned", .unsigned(4_000_000_000)), ("float", .float(1.5)), ("double", .double(-0.1)), ("flag", .flag(true)),
      ("char", .number(code: 9, bytes: [0xff])), ("octet", .number(code: 10, bytes: [0xff])),
      ("long long", .number(code: 11, bytes: [0xfd] + [UInt8](repeating: 0xff, count: 7))),
      ("size", .number(code: 12, bytes: [UInt8](repeating: 0xff, count: 8))), ("text", .text("µm – Ångström")),
      ("empty", .text("")), ("string", .string(Array("plain".utf8))),
      ("record", .record(record)),
      ("array", .array(code: 3, width: 4, bytes: Self.bytes([1, -2, 3] as [Int32]))),
      ("records", .recordArray(codes: [2, 2], width: 2, bytes: Self.bytes([1, 2, 3, 4] as [Int16]))),
      ("list", .group([("", .group([("x", .unsigned(1))])), ("", .unsigned(2)), ("", .group([("x", .unsigned(3))]))])),
    ]
    let maps = try read(Builder.file(version: version, byteOrder: byteOrder, images: [image], tags: tags))
    let vendor = try #require(maps.first).metadata.vendor
    #expect(vendor["short"] == -2)
    #expect(vendor["long"] == -2)
    #expect(vendor["unsigned"] == 4_000_000_000)
    #expect(vendor["float"] == 1.5)
    #expect(vendor["double"] == -0.1)
    #expect(vendor["flag"] == true)
    #expect(vendor["char"] == -1)
    #expect(vendor["octet"] == 255)
    #expect(vendor["long long"] == -3)
    #expect(vendor["size"] == .unsigned(.max))
    #expect(vendor["text"] == "µm – Ångström")
    #expect(vendor["empty"] == "")
    #expect(vendor["string"] == "plain")
    #expect(vendor["record"] == [7, 2.5])
    #expect(vendor["array"] == [1, -2, 3])
    #expect(vendor["records"] == [[1, 2], [3, 4]])
    #expect(vendor["list"] == ["TagGroup0": ["x": 1], "Data0": 2, "TagGroup1": ["x": 3]])
    #expect(vendor[path: "ImageList.TagGroup0.ImageData.Data.count"] == 2)
    #expect(vendor[path: "ImageList.TagGroup0.Name"] == "a")
  }

  @Test(arguments: variants)
  func valuesOfEveryTypeAreRead(version: Int, byteOrder: ByteOrder) throws {
    let cases: [(dataType: UInt32, code: UInt64, width: Int, type: ScalarType, bytes: [UInt8])] = [
      (1, 2, 2, .int16, Self.bytes([1, -2, 3, 4, 5, 6] as [Int16])),
      (2, 6, 4, .float32, Self.bytes([1, -2, 3, 4, 5, 6.5] as [Float])),
      (3, 6, 4, .complex64, Self.bytes((0..<12).map { Float($0) })),
      (6, 10, 1, .uint8, [1, 2, 3, 4, 5, 255]), (7, 3, 4, .int32, Self.bytes([1, -2, 3, 4, 5, 6] as [Int32])),
      (9, 9, 1, .int8, [1, 2, 3, 4, 5, 255]), (10, 4, 2, .uint16, Self.bytes([1, 2, 3, 4, 5, 65535] as [UInt16])),
      (11, 5, 4, .uint32, Self.bytes([1, 2, 3, 4, 5, 6] as [UInt32])),
      (12, 7, 8, .float64, Self.bytes([1, 2, 3, 4, 5, 6.5] as [Double])),
      (13, 7, 8, .complex128, Self.bytes((0..<12).map { Double($0) })), (14, 8, 1, .bool, [1, 0, 1, 1, 0, 0]),
    ]
    for entry in cases {
      let image = Builder.image(
        "values", sizes: [3, 2], dataType: entry.dataType, code: entry.code, width: entry.width, data: entry.bytes)
      let map = try #require(try read(Builder.file(version: version, byteOrder: byteOrder, images: [image])).first)
      #expect(map.type == entry.type)
      #expect(map.array.shape == [2, 3])
      #expect(try map.array.read(map.array.wholeBox) == entry.bytes, "\(entry.type)")
      #expect(try map.array.read([1..<2, 0..<1]) == Array(entry.bytes[3 * entry.type.size..<4 * entry.type.size]))
    }
  }

  @Test(arguments: variants)
  func coloursBecomeALastAxis(version: Int, byteOrder: ByteOrder) throws {
    // Alpha, red, green, blue from the highest to the lowest byte.
    let image = Builder.image(
      "colours", sizes: [2, 1], dataType: 23, code: 3, width: 4, data: Self.bytes([0x0a01_0203, 0x0b04_0506] as [UInt32]))
    let map = try #require(try read(Builder.file(version: version, byteOrder: byteOrder, images: [image, image])).first)
    #expect(map.type == .uint8)
    #expect(map.metadata.axes.map(\.name) == ["x", "rgba"])
    #expect(map.array.shape == map.metadata.shape)
    #expect(try map.array.read(map.array.wholeBox) == [1, 2, 3, 10, 4, 5, 6, 11])
    #expect(try map.array.read([1..<2, 1..<3]) == [5, 6])
  }

  @Test func calibrationsFollowTheOrigin() throws {
    let image = Builder.image(
      "spectrum", sizes: [4], dataType: 2, code: 6, width: 4, data: Self.bytes([0, 1, 2, 3] as [Float]),
      dimensions: [(origin: 95.5, scale: 0.25, units: "eV")],
      tags: [("Meta Data", .group([("Signal", .text("EELS")), ("Format", .text("Spectrum"))]))])
    let map = try #require(try read(Builder.file(images: [image])).first)
    #expect(map.metadata.signalType == "EELS")
    #expect(map.metadata.quantity == "Electrons (Counts)")
    #expect(
      map.metadata.axes == [Axis(name: "Energy loss", size: 4, scale: 0.25, offset: -23.875, units: "eV", role: .signal)])
  }

  @Test func spectrumImagesAreTurnedSoThatTheSpectrumIsLast() throws {
    // On disk one image of 3 × 2 (x × y) per channel.
    let disk = (0..<24).map { Int16($0) }
    let meta = { (swapped: Bool) -> [(String, Builder.Tag)] in
      [
        (
          "Meta Data",
          .group([
            ("Signal", .text("EELS")), ("Format", .text("Spectrum image")), ("Data Order Swapped", .flag(swapped)),
          ])
        )
      ]
    }
    let image = Builder.image(
      "si", sizes: [3, 2, 4], dataType: 1, code: 2, width: 2, data: Self.bytes(disk),
      dimensions: [(0, 1, "nm"), (0, 1, "nm"), (0, 1, "eV")], tags: meta(false))
    let map = try #require(try read(Builder.file(images: [image])).first)
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "Energy loss"])
    #expect(map.metadata.axes.map(\.role) == [.navigation, .navigation, .signal])
    #expect(map.array.shape == [2, 3, 4])
    var turned: [Int16] = []
    for y in 0..<2 { for x in 0..<3 { for energy in 0..<4 { turned.append(disk[energy * 6 + y * 3 + x]) } } }
    #expect(try map.array.read(map.array.wholeBox) == Self.bytes(turned))

    let swapped = Builder.image(
      "si", sizes: [4, 3, 2], dataType: 1, code: 2, width: 2, data: Self.bytes(disk),
      dimensions: [(0, 1, "eV"), (0, 1, "nm"), (0, 1, "nm")], tags: meta(true))
    let other = try #require(try read(Builder.file(images: [swapped])).first)
    #expect(other.metadata.axes.map(\.name) == ["y", "x", "Energy loss"])
    #expect(try other.array.read(other.array.wholeBox) == Self.bytes(disk))
  }

  @Test(arguments: [true, false])
  func scansOfPatternsHaveTheScanFirst(swapped: Bool) throws {
    let (scan, pattern) = ([5, 2], [4, 3])
    let values = (0..<120).map { UInt8($0) }
    let lengths: [(Float, Float, String)] = [(0, 1, "nm"), (0, 1, "nm")]
    let angles: [(Float, Float, String)] = [(2, 0.5, "1/nm"), (1, 0.5, "1/nm")]
    let image = Builder.image(
      "4D", sizes: swapped ? pattern + scan : scan + pattern, dataType: 6, code: 10, width: 1, data: values,
      dimensions: swapped ? angles + lengths : lengths + angles,
      tags: [("Meta Data", .group([("Format", .text("Diffraction image")), ("Data Order Swapped", .flag(swapped))]))])
    let map = try #require(try read(Builder.file(images: [image])).first)
    #expect(map.metadata.axes.map(\.name) == ["y", "x", "ky", "kx"])
    #expect(map.metadata.axes.map(\.units) == ["nm", "nm", "1/nm", "1/nm"])
    #expect(map.metadata.axes.map(\.role) == [.navigation, .navigation, .signal, .signal])
    #expect(map.array.shape == [2, 5, 3, 4])
    // The element at y = 1, x = 3, ky = 2, kx = 1.
    let place = swapped ? 1 + 4 * (2 + 3 * (3 + 5 * 1)) : 3 + 5 * (1 + 2 * (1 + 4 * 2))
    #expect(try map.array.read([1..<2, 3..<4, 2..<3, 1..<2]) == [values[place]])
  }

  @Test func everyImageButTheThumbnailIsAMap() throws {
    let images = ["one", "two"].map {
      Builder.image($0, sizes: [2, 1, 3], dataType: 6, code: 10, width: 1, data: [1, 2, 3, 4, 5, 6])
    }
    let maps = try read(Builder.file(images: images))
    #expect(maps.map(\.suggestedName) == ["one", "two"])
    // Axes of extent one go; the image axis that remains is the signal.
    #expect(maps[0].metadata.axes.map(\.name) == ["z", "x"])
    #expect(maps[0].metadata.axes.map(\.role) == [.navigation, .signal])
    #expect(maps[1].metadata.vendor[path: "ImageList.TagGroup0.Name"] == "two")
  }

  @Test func instrumentAndSampleComeFromTheTags() throws {
    let tags: [(String, Builder.Tag)] = [
      ("Meta Data", .group([("Signal", .text("EELS"))])), ("DigiScan", .group([("Sample Time", .double(4))])),
      (
        "Microscope Info",
        .group([
          ("Voltage", .double(200_000)), ("Illumination Mode", .text("STEM NANOPROBE")),
          ("STEM Camera Length", .double(550)), ("Indicated Magnification", .double(225_000)),
          ("Probe Current (nA)", .double(0)), ("Name", .text("Remote")),
          ("Stage Position", .group([("Stage Alpha", .double(1.5)), ("Stage Beta", .double(-2)), ("Stage X", .double(500))])),
        ])
      ),
      (
        "Session Info",
        .group([("Microscope", .text("Titan")), ("Operator", .text("E. B.")), ("Specimen", .text("oxide"))])
      ),
      (
        "EELS",
        .group([
          (
            "Acquisition",
            .group([
              ("Exposure (s)", .double(0.02)), ("Number of frames", .number(code: 3, bytes: [3, 0, 0, 0])),
              ("Date", .text("14/05/2019")), ("Start time", .text("8:50:13 PM")),
            ])
          ),
          (
            "Experimental Conditions",
            .group([("Collection semi-angle (mrad)", .double(62)), ("Convergence semi-angle (mrad)", .double(21))])
          ),
        ])
      ), ("EELS Spectrometer", .group([("Instrument name", .text("GIF")), ("Aperture label", .text("5 mm"))])),
    ]
    let image = Builder.image("m", sizes: [2], dataType: 6, code: 10, width: 1, data: [1, 2], tags: tags)
    let metadata = try #require(try read(Builder.file(images: [image])).first).metadata
    let instrument = metadata.instrument
    #expect(instrument.microscope == "Titan")
    #expect(instrument.acquisitionMode == "STEM")
    #expect(instrument.beamEnergy == 200)
    #expect(instrument.beamCurrent == nil)
    #expect(instrument.cameraLength == 550)
    #expect(instrument.magnification == 225_000)
    #expect(instrument.collectionAngle == 62)
    #expect(instrument.convergenceAngle == 21)
    #expect(instrument.frames == 3)
    #expect(instrument.dwellTime == 0.02 * 3)
    #expect(instrument.tiltAlpha == 1.5)
    #expect(instrument.tiltBeta == -2)
    #expect(metadata.acquired == "2019-05-14T20:50:13")
    #expect(metadata.authors == "E. B.")
    #expect(metadata.sample.description == "oxide")
    #expect(metadata.hyperspy[path: "Acquisition_instrument.TEM.Detector.EELS.spectrometer"] == "GIF")
    #expect(metadata.hyperspy[path: "Acquisition_instrument.TEM.Detector.EELS.aperture_size"] == 5.0)
    #expect(instrument.stageX == 0.5)
  }

  @Test func datesOfAllCountriesAreUnderstood() {
    #expect(WrittenDate.iso8601(date: "27.08.2016", time: "20:54:33") == "2016-08-27T20:54:33")
    #expect(WrittenDate.iso8601(date: "8/8/2016", time: "9:46:19 PM") == "2016-08-08T21:46:19")
    #expect(WrittenDate.iso8601(date: "7/9/2014", time: "12:00:01 AM") == "2014-07-09T00:00:01")
    #expect(WrittenDate.iso8601(date: "2016-08-27", time: nil) == "2016-08-27")
    #expect(WrittenDate.iso8601(date: "14/05/2019", time: "nonsense") == "2019-05-14")
    #expect(WrittenDate.iso8601(date: "tomorrow", time: "20:54:33") == nil)
    // 2016-08-03T19:54:33Z in units of 100 ns since 1601: the day comes first, an hour east of Greenwich.
    let system = (1_470_254_073 + 11_644_473_600) * 1e7
    #expect(WrittenDate.iso8601(date: "03/08/2016", time: "20:54:33", fileTime: system) == "2016-08-03T20:54:33+01:00")
  }
}
