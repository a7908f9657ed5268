import Blocks
import Microscopy
import Synchronization
import Testing

@testable import Formats

@Suite struct ReductionTests {
  private static func map(
    _ shape: [Int], _ roles: String, _ type: ScalarType, signalType: String = "EDS_TEM", units: String = "keV",
    bytes: [UInt8]? = nil
  ) -> ImportedMap {
    var sample = sampleMap(shape, roles, type).metadata
    sample.signalType = signalType
    for index in sample.axes.indices where sample.axes[index].role == .signal { sample.axes[index].units = units }
    let bytes = bytes ?? sampleBytes(type, count: shape.reduce(1, *))
    return ImportedMap(
      suggestedName: "map", metadata: sample, type: type,
      array: MemoryArray(shape: shape, elementSize: type.size, bytes: bytes))
  }

  private static func reduce(
    _ maps: [ImportedMap], _ factor: Int = 1, cutoff: Double? = nil
  ) throws(FormatError) -> [ImportedMap] {
    var options = ImportOptions()
    options.downsampling = factor
    options.energyCutoff = cutoff
    return try Reduction(options, file: "a.file").apply(to: maps)
  }

  /// One element after the other.
  private static func naive(_ map: ImportedMap, _ factor: Int, along dimension: Int) -> [Double] {
    let shape = map.array.shape
    var reduced = shape
    for axis in dimension...dimension + 1 { reduced[axis] = (shape[axis] + factor - 1) / factor }
    let values = map.type.doubles(sampleBytes(map.type, count: shape.reduce(1, *)))
    var sums = [Double](repeating: 0, count: reduced.reduce(1, *))
    for (place, value) in values.enumerated() {
      var rest = place
      var index = [Int](repeating: 0, count: shape.count)
      for axis in shape.indices.reversed() {
        index[axis] = rest % shape[axis]
        rest /= shape[axis]
      }
      for axis in dimension...dimension + 1 { index[axis] /= factor }
      sums[zip(index, reduced).reduce(0) { $0 * $1.1 + $1.0 }] += value
    }
    return sums
  }

  @Test(arguments: [
    ScalarType.bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .float16, .float32, .float64,
  ])
  func pixelsAreSummed(type: ScalarType) throws {
    let cases: [([Int], String, Int)] = [([7, 10, 5], "nns", 0), ([2, 5, 4, 3, 2], "nnnss", 1), ([3, 3], "nn", 0)]
    for (shape, roles, dimension) in cases {
      for factor in [1, 2, 3] {
        // Sums of whole 64-bit numbers are exact in Double only while they are small.
        let count = shape.reduce(1, *)
        let bytes = type.size == 8 && type.isInteger ? (0..<count).flatMap { little($0 * 37 % 1001, 8) } : nil
        let map = Self.map(shape, roles, type, bytes: bytes)
        let reduced = try #require(try Self.reduce([map], factor).first)
        let values = reduced.type.doubles(try reduced.allBytes())
        if let bytes {
          #expect(values.reduce(0, +) == type.doubles(bytes).reduce(0, +))
        } else {
          let expected = Self.naive(map, factor, along: dimension)
          #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) } && values.count == expected.count)
        }
        #expect(reduced.metadata.shape == reduced.array.shape)
      }
    }
  }

  @Test func complexPixelsAreSummed() throws {
    let values: [Float] = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]
    let map = Self.map([2, 3], "nn", .complex64, bytes: bytes(values))
    let reduced = try #require(try Self.reduce([map], 2).first)
    #expect(reduced.type == .complex64 && reduced.array.shape == [1, 2])
    #expect(try reduced.allBytes() == bytes([12, -12, 9, -9] as [Float]))
  }

  @Test func aBoxIsAPartOfTheWhole() throws {
    let map = try #require(try Self.reduce([Self.map([3, 11, 8, 6], "nnns", .uint16)], 3).first)
    #expect(map.array.shape == [3, 4, 3, 6])
    let whole = MemoryArray(shape: map.array.shape, elementSize: map.type.size, bytes: try map.allBytes())
    for box in [
      [1..<3, 3..<4, 0..<3, 0..<6], [0..<3, 1..<3, 2..<3, 4..<5], [2..<3, 0..<4, 1..<2, 0..<6], [0..<0, 0..<4, 0..<3, 0..<6],
    ] {
      #expect(try map.array.read(box) == whole.read(box))
    }
  }

  /// An array of which 32 MiB are far less than a row of groups.
  @Test func pixelsAreReadInPieces() throws {
    let array = Gradient(shape: [6, 9, 3 << 20])
    let reduced = DownsampledArray(array, type: .uint8, by: 4, along: 0, file: "a.file")
    #expect(reduced.shape == [2, 3, 3 << 20] && reduced.type == .uint16)
    let bytes = try reduced.read([1..<2, 1..<3, 0..<3 << 20])
    // Rows 4 and 5 of columns 4 to 7, and of column 8: each value is 10 · row + column.
    let sums = ScalarType.uint16.doubles(Array(bytes[..<2]) + bytes[(6 << 20)..<(6 << 20) + 2])
    #expect(sums == [404, 106])
    #expect(array.greatest.load(ordering: .relaxed) <= 32 << 20)
  }

  private final class Gradient: ArraySource {
    let shape: [Int]
    let elementSize = 1
    let greatest = Atomic(0)

    init(shape: [Int]) { self.shape = shape }

    func read(_ box: [Range<Int>]) -> [UInt8] {
      let bytes = box[0].flatMap { row in
        box[1].flatMap { column in [UInt8](repeating: UInt8(10 * row + column), count: box[2].count) }
      }
      greatest.max(bytes.count, ordering: .relaxed)
      return bytes
    }
  }

  @Test(arguments: [
    (ScalarType.uint8, 2, ScalarType.uint16), (.uint8, 16, .uint16), (.uint8, 17, .uint32), (.uint16, 2, .uint32),
    (.uint16, 256, .uint32), (.uint16, 257, .uint64), (.uint32, 2, .uint64), (.uint64, 2, .uint64), (.bool, 255, .uint16),
    (.bool, 256, .uint32), (.int8, 2, .int16), (.int8, 16, .int16), (.int8, 17, .int32), (.int16, 2, .int32),
    (.int32, 2, .int64), (.float16, 2, .float32), (.float32, 9, .float32), (.complex128, 3, .complex128), (.uint8, 1, .uint8),
  ])
  func noSumOverflows(type: ScalarType, factor: Int, wider: ScalarType) {
    #expect(type.summed(factor * factor) == wider)
  }

  @Test func greatestSumsFit() throws {
    let map = Self.map([16, 16], "nn", .uint8, bytes: Array(repeating: 255, count: 256))
    let reduced = try #require(try Self.reduce([map], 16).first)
    #expect(reduced.type.doubles(try reduced.allBytes()) == [65_280])
    let wide = Self.map([2, 2], "nn", .uint64, bytes: bytes([UInt64](repeating: .max / 4 + 1, count: 4)))
    let tooWide = try #require(try Self.reduce([wide], 2).first)
    let error = #expect(throws: FormatError.self) { try tooWide.allBytes() }
    #expect(error?.problem.contains("above what 64 bits hold") == true && error?.file == "a.file")
  }

  @Test func axesFollow() throws {
    var map = Self.map([7, 8, 4], "nns", .uint8)
    map.metadata.instrument.dwellTime = 0.5
    map.metadata.axes[1].values = [0, 1, 2, 4, 8, 16, 32, 64]
    let reduced = try #require(try Self.reduce([map], 3).first)
    // The centre of the first three pixels, which are 0.5 apart and begin at −1.5.
    #expect(reduced.metadata.axes[0].scale == 1.5 && reduced.metadata.axes[0].offset == -1 && reduced.metadata.axes[0].size == 3)
    #expect(reduced.metadata.axes[1].values == [1, 28.0 / 3, 48])
    #expect(reduced.metadata.axes[2] == map.metadata.axes[2])
    #expect(reduced.metadata.instrument.dwellTime == 4.5)
    #expect(
      reduced.notes == [
        "Each 3 × 3 pixels were summed to one; the last group of rows has 1; the last group of columns has 2."
      ])
    let even = try #require(try Self.reduce([Self.map([4, 6, 4], "nns", .uint8)], 2).first)
    #expect(even.notes == ["Each 2 × 2 pixels were summed to one."])
  }

  @Test func imagesOfTheSameScanFollow() throws {
    let maps = try Self.reduce(
      [
        Self.map([6, 9], "ss", .uint16, signalType: ""), Self.map([9, 6], "ss", .uint16, signalType: ""),
        Self.map([6, 9, 5], "nns", .uint8), Self.map([5], "s", .uint32), Self.map([4, 5], "ns", .uint32),
      ], 3)
    #expect(maps.map(\.array.shape) == [[2, 3], [9, 6], [2, 3, 5], [5], [4, 5]])
    let isReduced = maps.map { $0.notes.contains { $0.hasPrefix("Each 3 × 3") } }
    #expect(isReduced == [true, false, true, false, false])
    #expect(maps[3].notes == ["Not down-sampled: it has no area of pixels with spectra, and is no image of one."])
  }

  /// A damaged file may have any calibration.
  @Test(arguments: [1e40, -1e40, .nan, .infinity, -.infinity]) func calibrationsThatCannotBe(offset: Double) throws {
    for scale in [0.01, 1e-300, .nan] {
      var map = Self.map([4, 8], "ns", .uint8)
      map.metadata.axes[1].scale = scale
      map.metadata.axes[1].offset = offset
      do {
        #expect(try Self.reduce([map], cutoff: 10)[0].array.shape[1] <= 8)
      } catch {
        #expect(error.problem.contains("no channel below"))
      }
    }
  }

  @Test func moreThanTheMapHasIsAnError() throws {
    for factor in [5, 7, .max] {
      let error = #expect(throws: FormatError.self) { try Self.reduce([Self.map([4, 6, 2], "nns", .uint8)], factor) }
      #expect(error?.problem.contains("more than map has: 4 × 6") == true && error?.field == "down-sampling")
    }
    for factor in [0, -3] { #expect(throws: FormatError.self) { try Self.reduce([], factor) } }
  }

  /// Channels at −1, 0.5, 2, 3.5 … keV.
  @Test(arguments: [(2.0, 2), (2.1, 3), (3.49, 3), (3.5, 3), (100, 8), (0.5, 1)])
  func channelsFromTheCutOffOnAreLeftOut(energy: Double, count: Int) throws {
    for (units, factor) in [("keV", 1.0), ("eV", 1000)] {
      var map = Self.map([2, 3, 8], "nns", .uint16, units: units)
      map.metadata.axes[2].offset = -1 * factor
      map.metadata.axes[2].scale = 1.5 * factor
      let cropped = try #require(try Self.reduce([map], cutoff: energy).first)
      #expect(cropped.array.shape == [2, 3, count] && cropped.metadata.shape == [2, 3, count])
      #expect(try cropped.allBytes() == map.array.read([0..<2, 0..<3, 0..<count]))
      #expect(cropped.notes.count == (count < 8 ? 1 : 0) && cropped.metadata.axes[2].scale == map.metadata.axes[2].scale)
    }
  }

  @Test func otherSignalsKeepTheirChannels() throws {
    let maps = try Self.reduce(
      [
        Self.map([2, 8], "ns", .uint8, signalType: "EELS", units: "eV"), Self.map([2, 8], "ns", .uint8, units: "nm"),
        Self.map([3, 8], "ss", .uint8),
      ], cutoff: 1)
    #expect(maps.map { $0.array.shape.last } == [8, 8, 8])
    let error = #expect(throws: FormatError.self) { try Self.reduce([Self.map([2, 8], "ns", .uint8)], cutoff: -5) }
    #expect(error?.problem == "map has no channel below -5.0 keV")
    #expect(throws: FormatError.self) { try Self.reduce([], cutoff: .nan) }
  }

  @Test func uneaqualChannelsAreCutByTheirValues() throws {
    var map = Self.map([2, 4], "ns", .uint8)
    map.metadata.axes[1].values = [0, 1, 4, 9]
    let cropped = try #require(try Self.reduce([map], cutoff: 4).first)
    #expect(cropped.metadata.axes[1].values == [0, 1] && cropped.array.shape == [2, 2])
  }

  /// Two channels of a real map, as RosettaSciIO's own tests have them: whole, and summed 4 × 4 up to 10 keV.
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set: reference arrays were not compared"))
  func aRealMapIsReducedAsRosettaSciIOReducesIt() throws {
    let oracle = try #require(Oracle.shared)
    let folder = oracle.path("formats/bruker")
    let path = "\(folder)/30x30_instructively_packed_16bit_compressed.bcf"
    for (factor, name) in [(1, "30x30_16bit.npy"), (4, "30x30_16bit_ds.npy")] {
      var options = ImportOptions()
      options.downsampling = factor
      options.energyCutoff = factor == 1 ? nil : 10
      let maps = try FormatCatalogue.read(path, options: options)
      let map = try #require(maps.last)
      let reference = try #require(try FormatCatalogue.read("\(folder)/\(name)").first)
      let part = try map.array.read([0..<map.array.shape[0], 0..<map.array.shape[1], 222..<224])
      #expect(map.type.doubles(part) == reference.type.doubles(try reference.allBytes()))
      #expect(map.array.shape == (factor == 1 ? [30, 30, 2048] : [8, 8, 1048]))
      #expect(maps[0].array.shape == (factor == 1 ? [30, 30] : [8, 8]))
    }
  }
}
