import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct MRCReaderTests {
  private static let modes: [(mode: Int, type: ScalarType)] = [
    (0, .uint8), (1, .int16), (2, .float32), (4, .complex64), (6, .uint16), (12, .float16),
  ]

  @Test(arguments: 0..<6, ByteOrder.allCases) func modesAndOrders(index: Int, byteOrder: ByteOrder) throws {
    let (mode, type) = Self.modes[index]
    let scratch = try ScratchFolder()
    let values = sampleBytes(type, count: 24)
    var file = MRCFileBuilder(extents: [4, 3, 2], mode: mode, values: values, swapWidth: type.swapWidth, byteOrder: byteOrder)
    file.origin = [10, 20, 30]
    let map = try FormatCatalogue.read(scratch.write("a.bin", file.bytes))[0]
    #expect(map.type == type && map.array.shape == [2, 3, 4])
    #expect(try map.allBytes() == values)
    #expect(
      map.metadata.axes == [
        Axis(name: "z", size: 2, scale: 1, offset: 3, units: "nm", role: .navigation),
        Axis(name: "y", size: 3, scale: 1, offset: 2, units: "nm", role: .signal),
        Axis(name: "x", size: 4, scale: 1, offset: 1, units: "nm", role: .signal),
      ])
    let box = [1..<2, 1..<3, 2..<4]
    let whole = MemoryArray(shape: [2, 3, 4], elementSize: type.size, bytes: values)
    #expect(try map.array.read(box) == whole.read(box))
    file.extents = [6, 4, 1]
    let image = try FormatCatalogue.read(scratch.write("b.bin", file.bytes))[0]
    #expect(image.array.shape == [4, 6] && image.metadata.axes.map(\.name) == ["y", "x"])
    #expect(try image.allBytes() == values)
  }

  @Test func bytesWithAndWithoutSigns() throws {
    let scratch = try ScratchFolder()
    var file = MRCFileBuilder(extents: [2, 1, 1], mode: 0, values: [1, 255])
    func read() throws -> ImportedMap { try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0] }
    #expect(try read().type == .uint8 && read().notes.count == 1)
    file.statistics = [-1, 1, 0]
    #expect(try read().type == .int8)
    file.statistics = [1, 255, 128]
    #expect(try read().type == .uint8 && read().notes.isEmpty)
    file.imodFlags = 1
    #expect(try read().type == .int8)
    file.imodFlags = 0
    #expect(try read().type == .uint8)
  }

  @Test(arguments: ByteOrder.allCases) func complexIntegers(_ byteOrder: ByteOrder) throws {
    let scratch = try ScratchFolder()
    let file = MRCFileBuilder(
      extents: [2, 2, 1], mode: 3, values: bytes([1, -2, 3, -4, 5, -6, 7, -8] as [Int16]), swapWidth: 2, byteOrder: byteOrder)
    let map = try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0]
    #expect(map.type == .complex64 && map.array.shape == [2, 2])
    #expect(try map.allBytes() == bytes([1, -2, 3, -4, 5, -6, 7, -8] as [Float]))
    #expect(try map.array.read([1..<2, 0..<1]) == bytes([5, -6] as [Float]))
  }

  @Test func halfBytes() throws {
    let scratch = try ScratchFolder()
    let file = MRCFileBuilder(extents: [3, 2, 2], mode: 101, values: [0x21, 0x03, 0x54, 0x06, 0x87, 0x09, 0xBA, 0x0C])
    let map = try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0]
    #expect(try map.allBytes() == Array(1...12))
    #expect(try map.array.read([1..<2, 0..<2, 1..<3]) == [8, 9, 11, 12])
    #expect(try map.array.read([0..<1, 0..<2, 2..<3]) == [3, 6])
  }

  @Test func colours() throws {
    let scratch = try ScratchFolder()
    let file = MRCFileBuilder(extents: [2, 1, 2], mode: 16, values: Array(1...12))
    let map = try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0]
    #expect(map.array.shape == [2, 1, 2, 3] && map.metadata.axes.last?.name == "rgb")
    #expect(try map.allBytes() == Array(1...12))
  }

  @Test func cellsWithoutASize() throws {
    let scratch = try ScratchFolder()
    for cell in [[0, 0, 0], [-20, -10, 0], [.nan, 1, .infinity]] as [[Float]] {
      var file = MRCFileBuilder(extents: [2, 1, 2], mode: 6, values: Array(1...8), cell: cell)
      file.intervals = cell[0] == 0 ? [0, 0, 0] : nil
      let map = try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0]
      #expect(map.metadata.axes[2] == Axis(name: "x", size: 2, role: .signal))
      #expect(map.metadata.axes[0] == Axis(name: "z", size: 2, role: .navigation))
    }
  }

  @Test func stacksVolumesAndStacksOfVolumes() throws {
    let scratch = try ScratchFolder()
    var file = MRCFileBuilder(extents: [1, 1, 6], mode: 0, values: Array(1...6), cell: [10, 10, 20])
    file.spaceGroup = 0
    #expect(try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0].metadata.axes[0].units == "")
    file.spaceGroup = 401
    file.intervals = [1, 1, 2]
    let map = try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0]
    #expect(map.metadata.axes.map(\.name) == ["volume", "z", "y", "x"])
    #expect(map.array.shape == [3, 2, 1, 1])
    #expect(try map.array.read([1..<3, 1..<2, 0..<1, 0..<1]) == [4, 6])
    #expect(map.metadata.axes[1].scale == 1)
    // Crystallographers turn their maps.
    file = MRCFileBuilder(
      extents: [4, 3, 2], mode: 0, values: Array(1...24), cell: [20, 30, 80], intervals: [2, 3, 4], axes: [3, 2, 1])
    let turned = try FormatCatalogue.read(scratch.write("a.map", file.bytes))[0]
    #expect(turned.metadata.axes.map(\.name) == ["x", "y", "z"])
    #expect(turned.metadata.axes.map(\.scale) == [1, 1, 2])
  }

  @Test(arguments: ByteOrder.allCases) func seriesOfTilts(_ byteOrder: ByteOrder) throws {
    let scratch = try ScratchFolder()
    var file = MRCFileBuilder(extents: [1, 1, 3], mode: 0, values: [1, 2, 3], byteOrder: byteOrder)
    let short = { (value: Int) in byteOrder == .little ? little(value & 0xFFFF, 2) : little(value & 0xFFFF, 2).reversed() }
    file.kind = "SERI"
    file.serial = (8, 1 + 4 + 8)
    file.extended = [-6000, 0, 6000].flatMap { short($0) + short(25) + short(-50) + short(29) }
    let map = try FormatCatalogue.read(scratch.write("a.st", file.bytes))[0]
    #expect(map.metadata.axes[0] == Axis(name: "tilt", size: 3, scale: 60, offset: -60, units: "°", role: .navigation))
    // Each section has a tilt of its own.
    #expect(map.metadata.instrument.tiltAlpha == nil)
    #expect(map.metadata.instrument.stageX == 0.001 && map.metadata.instrument.stageY == -0.002)
    #expect(map.metadata.instrument.magnification == 2900)
    // The kind of D. Agard, of a fixed size and without a name.
    file.kind = ""
    file.cell = [0, 0, 0]
    func agard(_ stage: [Float]) throws -> ImportedMap {
      let records: [[Float]] = [[-60, 1], [0, 1], [50, 1]].map {
        $0 + stage + [0, 0, 0, 0.5, 0, 0, 2e-9, 5000, 300_000] + [Float](repeating: 0, count: 18)
      }
      file.extended = records.flatMap { $0.flatMap(file.real) } + [UInt8](repeating: 0, count: 131_072 - 384)
      return try FormatCatalogue.read(scratch.write("b.st", file.bytes))[0]
    }
    // Older programs wrote micrometres, all of them.
    let old = try agard([0.5, -25, 0.25]).metadata.instrument
    #expect([old.stageX, old.stageY, old.stageZ] == [0.0005, -0.025, 0.00025])
    let other = try agard([1e-6, 2e-6, 0])
    #expect(other.metadata.instrument.beamEnergy == 300)
    #expect(other.metadata.axes[0].values == [-60, 0, 50])
    #expect(other.metadata.axes[2].units == "nm" && abs(other.metadata.axes[2].scale - 2) < 1e-6)
    #expect(other.metadata.instrument.stageX.map { abs($0 - 0.001) < 1e-9 } == true)
    #expect(other.metadata.instrument.stageY.map { abs($0 - 0.002) < 1e-9 } == true)
    #expect(other.metadata.instrument.magnification == 5000)
    #expect(other.metadata.hyperspy[path: "Acquisition_instrument.TEM.Detector.Camera.exposure"]?.number == 0.5)
  }

  /// Before the stamp was thought of, the extension and the numbers had to do.
  @Test func earlyFilesAreKnownByTheirExtension() throws {
    let scratch = try ScratchFolder()
    var file = MRCFileBuilder(extents: [2, 1, 1], mode: 1, values: [1, 2, 3, 4])
    file.stamp = [0, 0, 0, 0]
    #expect(try FormatCatalogue.read(scratch.write("a.mrc", file.bytes))[0].array.shape == [1, 2])
    #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.write("a.bin", file.bytes)) }
    #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.write("b.mrc", [UInt8](repeating: 65, count: 2000))) }
    file.mode = 99
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.write("c.mrc", file.bytes)) }
    #expect(error?.field == "MODE" && error?.offset == 12)
  }

  @Test func moviesOfDirectElectron() throws {
    let scratch = try ScratchFolder()
    var settings = [
      "Camera Model = Celeritas", "Scan - Enable = Enable", "Scan - Type = Raster", "Scan - Size X = 3", "Scan - Size Y = 2",
      "Scan - Time (seconds) = 2", "Scan - Repeat Delay (seconds) = 1", "Diffraction Pixel Size X = -1",
    ]
    func read(_ frames: Int) throws -> ImportedMap {
      _ = try scratch.write("a_info.txt", settings.joined(separator: "\r\n"))
      let file = MRCFileBuilder(extents: [1, 1, frames], mode: 0, values: (0..<frames).map { UInt8($0) }, cell: [-10, -10, 0])
      return try FormatCatalogue.read(scratch.write("a_movie.mrc", file.bytes))[0]
    }
    #expect(try read(6).array.shape == [2, 3, 1, 1])
    #expect(try read(6).type == .uint8 && read(6).notes.isEmpty)
    let repeated = try read(12)
    #expect(repeated.array.shape == [2, 2, 3, 1, 1])
    #expect(repeated.metadata.axes[0] == Axis(name: "time", size: 2, scale: 3, units: "s", role: .navigation))
    let short = try read(5)
    #expect(short.array.shape == [5, 1, 1] && short.notes.contains { $0.contains("do not fill the scan of 2 × 3") })
    settings[1] = "Scan - Enable = Disable"
    settings += ["Frames Per Second = 40", "Autosave Movie Sum Count = 4", "Specimen Pixel Size X (nanometers) = 0.5"]
    let movie = try read(4)
    #expect(movie.metadata.axes[0] == Axis(name: "time", size: 4, scale: 0.1, units: "s", role: .navigation))
    #expect(movie.metadata.axes[2] == Axis(name: "x", size: 1, scale: 0.5, units: "nm", role: .signal))
    settings[1...2] = ["Scan - Enable = Enable", "Scan - Type = Random"]
    #expect(try read(4).notes.contains { $0.contains("not known") })
    _ = try scratch.write("a_scan_coordinates.csv", "1,1\n0,0\n1,0\n0,1\n")
    let scattered = try read(4)
    #expect(scattered.array.shape == [2, 2, 1, 1])
    #expect(try scattered.allBytes() == [1, 2, 3, 0])
    _ = try scratch.write("a_scan_coordinates.csv", "1,1\n0,-7\n")
    #expect(try read(4).notes.contains { $0.contains("a_scan_coordinates.csv was left out") })
    settings = ["nothing = else"]
    #expect(try read(4).files.isEmpty)
  }
}
