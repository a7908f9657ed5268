import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

@Suite struct BrukerMapTests {
  private typealias Builder = BrukerFileBuilder
  typealias Pixel = BrukerFileBuilder.Pixel
  typealias Run = BrukerFileBuilder.Run

  /// Pixels of every packing; what a row leaves out is empty.
  private static func sample(height: Int, width: Int) -> [[(Int, Pixel)]] {
    var noise = Noise(state: 7)
    func pulses(_ count: Int) -> [Int] { (0..<count).map { _ in Int.random(in: 0..<64, using: &noise) } }
    func values(_ limit: UInt64, _ count: Int) -> [UInt64] {
      (0..<count).map { _ in UInt64.random(in: 0..<limit, using: &noise) }
    }
    return (0..<height).map { row in
      (0..<width).compactMap { column -> (Int, Pixel)? in
        switch (row * width + column) % 7 {
        case 0: return nil
        case 1: return (column, .pulses16(pulses(row + column)))
        // All remainders of the four pulses that share three words.
        case 2: return (column, .pulses12(pulses((row + column) % 9)))
        case 3: return (column, .runs([.zeros(5), Run(width: 1, base: 3, values: values(16, 7)), .zeros(52)]))
        case 4: return (column, .runs([Run(width: 1, base: 0, values: values(16, 64))], pulses: pulses(5)))
        case 5: return (column, .runs([.zeros(9), Run(width: 2, base: 2, values: values(40, 11))], pulses: pulses(1)))
        default: return (column, .pulses12(pulses(4)))
        }
      }
    }
  }

  private static func expected(_ rows: [[(Int, Pixel)]], width: Int, channels: Int) -> [UInt64] {
    rows.flatMap { row -> [UInt64] in
      var result = [UInt64](repeating: 0, count: width * channels)
      for (column, pixel) in row {
        for (channel, count) in pixel.counts(channels).enumerated() { result[column * channels + channel] += count }
      }
      return result
    }
  }

  private static func values(_ map: ImportedMap, _ box: [Range<Int>]? = nil) throws -> [UInt64] {
    map.type.doubles(try map.array.read(box ?? map.array.wholeBox)).map { UInt64($0) }
  }

  private static func header(_ counts: [Int], width: Int, height: Int, _ number: Int = 1) -> [UInt8] {
    let image = Builder.image(nil, width: width, height: height, Builder.plane(0, "BSE", Array(1...UInt16(width * height))))
    return Builder.header(images: image, spectra: Array(repeating: Builder.spectrum(counts), count: number))
  }

  private static func read(_ bytes: [UInt8]) throws -> [ImportedMap] {
    let scratch = try ScratchFolder()
    // The folder goes with its last use; a file that is open stays.
    return try withExtendedLifetime(scratch) { try FormatCatalogue.read(try scratch.write("a.bcf", bytes)) }
  }

  /// Members plain or in blocks that end anywhere; chunks in which tables end anywhere, of an odd size too.
  @Test(arguments: [(nil, 1024), (nil, 545), (nil, 1 << 16), (100, 1024), (4096, 545), (1 << 19, 4096)] as [(Int?, Int)])
  func allPackingsAreRead(blockSize: Int?, chunkSize: Int) throws {
    let (height, width) = (23, 31)
    let rows = Self.sample(height: height, width: width)
    let header = Self.header([Int](repeating: 1, count: 64), width: width, height: height)
    let file = Builder.file(
      Builder.hypermap(height: height, width: width, rows), header: header, blockSize: blockSize, chunkSize: chunkSize,
      more: (0..<9).map { ("Other/\($0)", [UInt8]("member \($0)".utf8)) })
    let scratch = try ScratchFolder()
    let map = try #require(try FormatCatalogue.read(scratch.write("a.bcf", file)).last)
    #expect(map.array.shape == [height, width, 64] && map.type == .uint8)
    let expected = Self.expected(rows, width: width, channels: 64)
    #expect(try Self.values(map) == expected)
    let whole = MemoryArray(shape: map.array.shape, elementSize: 1, bytes: try map.allBytes())
    for box in [[3..<4, 0..<31, 0..<64], [0..<23, 5..<6, 3..<9], [22..<23, 30..<31, 63..<64], [7..<19, 2..<29, 10..<64], [4..<4, 0..<31, 0..<64]] {
      #expect(try map.array.read(box) == whole.read(box))
    }
  }

  /// The mean of the strongest channel says 8 bits; one pixel has more.
  @Test(arguments: [
    (Pixel.pulses16(Array(repeating: 3, count: 256)), ScalarType.uint16),
    (.pulses16(Array(repeating: 3, count: 255) + [4]), .uint8), (.pulses12(Array(repeating: 3, count: 300)), .uint16),
    (.runs([Run(width: 2, base: 250, values: [5, 0])]), .uint8), (.runs([Run(width: 2, base: 250, values: [6])]), .uint16),
    (.runs([Run(width: 2, base: 250, values: [5])], pulses: [0]), .uint16),
    (.runs([Run(width: 2, base: 250, values: [5])], pulses: [1]), .uint8),
    (.runs([Run(width: 4, base: 65_000, values: [535])]), .uint16), (.runs([Run(width: 4, base: 65_000, values: [536])]), .uint32),
    (.runs([Run(width: 8, base: 1, values: [4_294_967_294])]), .uint32),
    (.runs([Run(width: 8, base: 1, values: [4_294_967_295])]), .uint64),
  ])
  func noCountIsLost(pixel: Pixel, type: ScalarType) throws {
    let rows: [[(Int, Pixel)]] = [[(0, .pulses12([1, 2]))], [(1, pixel)]]
    let file = Builder.file(
      Builder.hypermap(height: 2, width: 2, rows), header: Self.header([1, 1, 1, 1, 1], width: 2, height: 2))
    let map = try #require(try Self.read(file).last)
    #expect(map.type == type)
    #expect(try Self.values(map) == Self.expected(rows, width: 2, channels: 5))
  }

  /// As RosettaSciIO has it: twice the mean of the strongest channel.
  @Test(arguments: [(511, ScalarType.uint8), (512, .uint16), (131_071, .uint16), (131_072, .uint32)])
  func theTypeFollowsTheSum(strongest: Int, type: ScalarType) throws {
    let file = Builder.file(
      Builder.hypermap(height: 2, width: 2, [[], []]), header: Self.header([1, strongest, 1], width: 2, height: 2))
    let map = try #require(try Self.read(file).last)
    #expect(map.type == type && map.array.shape == [2, 2, 3])
    #expect(try Self.values(map) == Array(repeating: 0, count: 12))
  }

  @Test func aPixelThatComesTwiceHasTheSumOfBoth() throws {
    let rows: [[(Int, Pixel)]] = [
      [(1, .pulses16([0])), (0, .pulses16(Array(repeating: 2, count: 200))), (0, .pulses16(Array(repeating: 2, count: 200)))]
    ]
    let file = Builder.file(Builder.hypermap(height: 1, width: 2, rows), header: Self.header([1, 1, 1], width: 2, height: 1))
    let map = try #require(try Self.read(file).last)
    #expect(map.type == .uint16)
    #expect(try Self.values(map) == [0, 0, 400, 1, 0, 0])
  }

  @Test func countsBehindTheChannelsOfTheSumAreKept() throws {
    let rows: [[(Int, Pixel)]] = [[(0, .pulses12([1, 6]))], [(0, .runs([.zeros(7), Run(width: 1, values: [1, 0, 0])]))]]
    let file = Builder.file(Builder.hypermap(height: 2, width: 1, rows), header: Self.header([1, 1, 1], width: 1, height: 2))
    let map = try #require(try Self.read(file).last)
    #expect(map.array.shape == [2, 1, 8] && map.metadata.shape == map.array.shape)
    #expect(try Self.values(map) == Self.expected(rows, width: 1, channels: 8))
    #expect(map.notes.contains { $0.contains("8 channels") && $0.contains("3 of their sum") })
  }

  @Test func everyDetectorAndEveryImageIsAMap() throws {
    let (width, height) = (3, 2)
    let planes = Builder.plane(0, "HAADF", [1, 2, 3, 4, 5, 6]) + Builder.plane(1, "off", [0, 0, 0, 0, 0, 0])
      + Builder.plane(2, "cut", [1, 2, 3, 4, 5])
    let overview = Builder.image(
      "o", width: 2, height: 2, more: "<XCalibration>2,5</XCalibration><YCalibration>1.5</YCalibration>",
      Builder.plane(0, "SE", [9, 8, 7, 6]))
    let times = Builder.image("PixelTimes", width: 3, height: 2, Builder.plane(0, "", [7, 7, 7, 7, 7, 7]))
    let more = """
      \(times)<ClassInstance Type="TRTContainerClass" Name="c"><ChildClassInstances>
      <ClassInstance Type="TRTContainerClass" Name="OverviewImages"><ChildClassInstances>\(overview)</ChildClassInstances>
      </ClassInstance></ChildClassInstances></ClassInstance>
      """
    let header = Builder.header(
      images: Builder.image(nil, width: width, height: height, planes),
      spectra: [Builder.spectrum([1, 1]), Builder.spectrum([1, 1, 1], scale: "2E-2")], more: more)
    let rows: [[(Int, Pixel)]] = [[(0, .pulses12([1]))], [(2, .pulses16([0, 0]))]]
    let hypermap = Builder.hypermap(height: height, width: width, rows)
    let maps = try Self.read(Builder.file(hypermap, header: header, more: [("EDSDatabase/SpectrumData1", hypermap)]))
    #expect(maps.map(\.suggestedName) == ["HAADF", "overview SE", "EDS 0", "EDS 1", "PixelTimes"])
    #expect(maps.map(\.array.shape) == [[2, 3], [2, 2], [2, 3, 2], [2, 3, 3], [2, 3]])
    #expect(maps.map { $0.metadata.axes[1].scale } == [0.5, 2.5, 0.5, 0.5, 0.5])
    #expect(maps.map { $0.metadata.axes[0].scale } == [0.25, 1.5, 0.25, 0.25, 0.25])
    #expect(maps.map { $0.metadata.axes.last?.scale } == [0.5, 2.5, 0.01, 0.02, 0.5])
    #expect(try Self.values(maps[0]) == [1, 2, 3, 4, 5, 6] && Self.values(maps[1]) == [9, 8, 7, 6])
    #expect(try Self.values(maps[3]) == Self.expected(rows, width: 3, channels: 3))
    #expect(maps[2].notes == ["The image 'cut' is left out: it does not have the bytes of 2 × 3 values."])
    #expect(maps[4].metadata.quantity == "Time (µs)" && maps[0].metadata.quantity == "Intensity")
  }

  @Test func commasMayStandForPoints() throws {
    let microscope = "<HV>2,005E2</HV><DX>0,5</DX><DY>0,25</DY><WD>-1</WD><Mag>1,5E3</Mag>"
    let header = Builder.header(images: "", spectra: [Builder.spectrum([1, 1], scale: "2,5E-3")], microscope: microscope)
    let map = try #require(try Self.read(Builder.file(Builder.hypermap(height: 1, width: 1, [[]]), header: header)).first)
    #expect(map.metadata.axes.map(\.scale) == [0.25, 0.5, 0.0025])
    #expect(map.metadata.axes.map(\.units) == ["µm", "µm", "keV"])
    #expect(map.metadata.signalType == "EDS_TEM" && map.metadata.instrument.acquisitionMode == "STEM")
    #expect(map.metadata.instrument.magnification == 1500 && map.metadata.instrument.workingDistance == nil)
  }

  @Test func withoutAScaleAxesAreInPixels() throws {
    let header = Builder.header(images: "", spectra: [], microscope: "<HV>1E1</HV>")
    let rows: [[(Int, Pixel)]] = [[(0, .pulses16([4]))]]
    let map = try #require(try Self.read(Builder.file(Builder.hypermap(height: 1, width: 1, rows), header: header)).first)
    #expect(map.metadata.axes.map(\.units) == ["pix", "pix", ""] && map.metadata.axes.map(\.scale) == [1, 1, 1])
    #expect(map.array.shape == [1, 1, 5])
    #expect(map.notes == ["The header has no sum of the spectra, and so no energies."])
  }

  @Test func theHeaderIsKeptWithoutPixels() throws {
    let map = try #require(
      try Self.read(
        Builder.file(Builder.hypermap(height: 1, width: 2, [[]]), header: Self.header([1, 1], width: 2, height: 1))
      ).last)
    let database = map.metadata.vendor[path: "TRTSpectrumDatabase.ClassInstance"]
    #expect(database?["@Name"] == "a map" && database?[path: "Header.FileVersion"] == 2)
    let images = database?.instance("TRTImageData")
    #expect(images?[path: "Plane0.Description"] == "BSE" && images?[path: "Plane0.Data"] == "8 characters of base64")
    #expect(database?[path: "SpectrumData0.ClassInstance.Channels"] == "1,1")
  }
}
