import Blocks
import Foundation
import HDF5
import Microscopy
import Testing

@testable import Formats

/// X-ray maps from streams of events, against a naive reading.
struct VeloxStreamTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func read(
    _ builder: VeloxFileBuilder, _ options: ImportOptions = ImportOptions(), _ change: (Group) throws -> Void = { _ in }
  ) throws -> [ImportedMap] {
    let path = scratch.file("\(UUID().uuidString).emd")
    try builder.write(path, change)
    return try FormatCatalogue.read(path, options: options).filter { $0.metadata.signalType == "EDS_TEM" }
  }

  private func values(_ map: ImportedMap) throws -> [Int] { try values(map, map.array.wholeBox) }

  private func values(_ map: ImportedMap, _ box: [Range<Int>]) throws -> [Int] {
    let bytes = try map.array.read(box)
    return unsafe bytes.withUnsafeBytes { bytes in
      switch map.type {
      case .uint8: unsafe bytes.map { Int($0) }
      case .uint16: unsafe bytes.bindMemory(to: UInt16.self).map { Int($0) }
      default: unsafe bytes.bindMemory(to: UInt32.self).map { Int($0) }
      }
    }
  }

  private func sum(_ planes: [[Int]]) -> [Int] {
    planes.dropFirst().reduce(planes[0]) { zip($0, $1).map { $0 + $1 } }
  }

  @Test(arguments: [[], [.deflate(level: 4)], [.shuffle, .deflate(level: 4)]] as [[Filter]])
  func framesAndDetectorsAreSummed(_ filters: [Filter]) throws {
    var builder = VeloxFileBuilder()
    builder.filters = filters
    let map = try #require(try read(builder).first)
    #expect(map.array.shape == [3, 4, 20] && map.type == .uint16 && map.notes.isEmpty)
    #expect(try values(map) == sum(builder.counts([0, 1], frames: 0..<3)))
  }

  @Test func everyBoxIsPartOfTheWhole() throws {
    var builder = VeloxFileBuilder()
    (builder.height, builder.width) = (5, 7)
    builder.detectors[0].frames = VeloxFileBuilder.events(5, 7, frames: 2, channels: 20, seed: 5)
    builder.detectors.removeLast()
    builder.image = nil
    var options = ImportOptions()
    options.keepsFrames = true
    let map = try #require(try read(builder, options).first)
    let whole = MemoryArray(shape: map.array.shape, elementSize: 2, bytes: try map.allBytes())
    var noise = Noise(state: 3)
    for _ in 0..<200 {
      let box = map.array.shape.map { size in
        let start = Int.random(in: 0...size, using: &noise)
        return start..<Int.random(in: start...size, using: &noise)
      }
      #expect(try map.array.read(box) == whole.read(box), "\(box)")
    }
  }

  @Test func framesAreKeptApart() throws {
    let builder = VeloxFileBuilder()
    var options = ImportOptions()
    options.keepsFrames = true
    options.frames = 1..<3
    let map = try #require(try read(builder, options).first)
    #expect(map.array.shape == [2, 3, 4, 20])
    #expect(try values(map) == builder.counts([0, 1], frames: 1..<3).flatMap { $0 })
    let axis = map.metadata.axes[0]
    #expect(axis.name == "Time" && axis.units == "ms" && axis.scale == 250 && axis.offset == 250)
  }

  @Test func detectorsAreKeptApart() throws {
    var builder = VeloxFileBuilder()
    var options = ImportOptions()
    options.separatesDetectors = true
    options.frames = 0..<2
    let maps = try read(builder, options)
    #expect(maps.map(\.suggestedName) == ["EDS SuperXG21", "EDS SuperXG22"])
    #expect(maps.map(\.metadata.instrument.detector) == ["SuperXG21", "SuperXG22"])
    for (number, map) in maps.enumerated() {
      #expect(try values(map) == sum(builder.counts([number], frames: 0..<2)))
      // The times of the second frame are those of both.
      #expect(map.metadata.instrument.liveTime == 1 && map.metadata.instrument.frames == 2)
    }
    builder.detectors[1].dispersion = "5"
    let apart = try read(builder)
    #expect(apart.count == 2 && apart[0].notes.contains { $0.contains("not summed") })
    #expect(apart.map { $0.metadata.axes[2].scale } == [0.01, 0.005])
  }

  @Test func framesThatVeloxLeftOutAreNamed() throws {
    var builder = VeloxFileBuilder()
    builder.endFrame = 2
    let map = try #require(try read(builder).first)
    #expect(try values(map) == sum(builder.counts([0, 1], frames: 0..<2)))
    #expect(map.notes.contains { $0.contains("Velox used 2") })
    var options = ImportOptions()
    options.frames = 2..<3
    let third = try #require(try read(builder, options).first)
    #expect(try values(third) == builder.counts([0, 1], frames: 2..<3)[0])
    options.frames = 2..<9
    #expect(throws: FormatError.self) { try readMaps(builder, options) }
  }

  /// With the image left out, which would be read in spite of the error.
  private func readMaps(_ builder: VeloxFileBuilder, _ options: ImportOptions) throws -> [ImportedMap] {
    var builder = builder
    builder.image = nil
    return try read(builder, options)
  }

  @Test func theLastMarkMayBeMissing() throws {
    var builder = VeloxFileBuilder()
    builder.lacksLastMark = true
    for number in 0..<2 { builder.detectors[number].frames[2][11] = [3, 3, 5] }
    let map = try #require(try read(builder).first)
    #expect(map.array.shape == [3, 4, 20] && map.notes.isEmpty)
    #expect(try values(map) == sum(builder.counts([0, 1], frames: 0..<3)))
  }

  @Test func anIncompleteLastFrameIsReadAndNamed() throws {
    var builder = VeloxFileBuilder()
    builder.detectors.removeLast()
    builder.detectors[0].frames[2].removeLast(7)
    let map = try #require(try read(builder).first)
    #expect(map.notes.contains { $0.contains("ends after 5 of 12 pixels") })
    var complete = builder
    complete.detectors[0].frames[2] += Array(repeating: [], count: 7)
    #expect(try values(map) == sum(complete.counts([0], frames: 0..<3)))
  }

  @Test(arguments: [[0, 3], [0, 1 << 60, 5], [7], [0, 0, 0, 0], [UInt64.max]] as [[UInt64]])
  func aWrongTableOfFramesIsNotBelieved(_ starts: [UInt64]) throws {
    var builder = VeloxFileBuilder()
    builder.endFrame = 3
    builder.detectors[0].frameStarts = starts
    let map = try #require(try read(builder).first)
    #expect(map.array.shape == [3, 4, 20])
    #expect(try values(map) == sum(builder.counts([0, 1], frames: 0..<3)))
    #expect(map.notes.contains { $0.contains("table of frames") })
  }

  @Test func eventsBeyondTheChannelsAreLeftOut() throws {
    var builder = VeloxFileBuilder()
    builder.detectors[0].frames[1][2] = [19, 20, 65534, 19]
    let map = try #require(try read(builder).first)
    #expect(map.notes.contains { $0.hasPrefix("SuperXG21: 2 events") })
    #expect(try values(map) == sum(builder.counts([0, 1], frames: 0..<3)))
  }

  @Test func countsNeverWrap() throws {
    var builder = VeloxFileBuilder()
    (builder.height, builder.width, builder.image) = (1, 2, [1, 2, 1])
    let many = Array(repeating: Array(repeating: UInt16(7), count: 200), count: 2)
    builder.detectors = [.init(name: "SuperXG21", frames: [many, many])]
    builder.encoding = "uint8"
    let map = try #require(try read(builder).first)
    #expect(map.type == .uint16 && map.notes.contains { $0.contains("uint16") })
    #expect(try values(map) == sum(builder.counts([0], frames: 0..<2)))
    // No single frame has too many.
    var options = ImportOptions()
    options.keepsFrames = true
    let frames = try #require(try read(builder, options).first)
    #expect(frames.type == .uint8 && frames.notes.isEmpty)
    #expect(try values(frames) == builder.counts([0], frames: 0..<2).flatMap { $0 })
    // Many events of one pixel in different channels fit.
    let spread = [(0..<400).map { UInt16($0 % 20) }, []]
    builder.detectors = [.init(name: "SuperXG21", frames: [spread, spread])]
    let fitting = try #require(try read(builder).first)
    #expect(fitting.type == .uint8)
    #expect(try values(fitting) == sum(builder.counts([0], frames: 0..<2)))
  }

  @Test func withoutAScanAreaTheImageGivesTheExtents() throws {
    var builder = VeloxFileBuilder()
    builder.statesArea = false
    #expect(try read(builder).first?.array.shape == [3, 4, 20])
    builder.image = [12, 1, 1]
    #expect(try read(builder).first?.array.shape == [12, 1, 20])
    // An image of the whole scan does not fit the stream.
    builder.statesArea = true
    builder.image = [16, 16, 1]
    #expect(try read(builder).first?.array.shape == [3, 4, 20])
  }

  @Test func pointsAndLinesAreMapsToo() throws {
    var builder = VeloxFileBuilder()
    (builder.height, builder.width, builder.image) = (1, 1, nil)
    builder.detectors = [.init(name: "X", frames: [[[3, 4, 4]], [[4]]])]
    let point = try #require(try read(builder).first)
    #expect(point.array.shape == [1, 1, 20])
    #expect(try values(point) == sum(builder.counts([0], frames: 0..<2)))
    (builder.height, builder.width) = (1, 600)
    builder.detectors = [.init(name: "X", frames: VeloxFileBuilder.events(1, 600, frames: 2, channels: 20, seed: 9))]
    builder.statesArea = false
    builder.image = [1, 600, 1]
    let line = try #require(try read(builder).first)
    #expect(line.array.shape == [1, 600, 20])
    #expect(try values(line) == sum(builder.counts([0], frames: 0..<2)))
    #expect(try values(line, [0..<1, 555..<557, 0..<20]) == Array(values(line)[555 * 20..<557 * 20]))
  }

  @Test func anEmptyStreamIsAnEmptyMap() throws {
    var builder = VeloxFileBuilder()
    builder.endFrame = 1
    builder.detectors = [.init(name: "X", frames: [[[]]], values: [])]
    let map = try #require(try read(builder).first)
    #expect(map.array.shape == [3, 4, 20])
    #expect(try values(map).allSatisfy { $0 == 0 })
  }

  @Test func absurdClaimsAreRefusedAtOnce() throws {
    var builder = VeloxFileBuilder()
    builder.image = nil
    builder.detectors.removeLast()
    let huge = { (root: Group) in
      try root.delete("Data/SpectrumStream/0/Data")
      try root.createDataset(
        "Data/SpectrumStream/0/Data", type: .uint16, shape: [1 << 50, 1], maxShape: [nil, 1], layout: .chunked([16, 1]))
    }
    #expect(throws: FormatError.self) { try read(builder, ImportOptions(), huge) }
    let settings = { (text: String) in
      { (root: Group) in
        try root.delete("Data/SpectrumStream/0/AcquisitionSettings")
        try root.createDataset("Data/SpectrumStream/0/AcquisitionSettings", [text])
      }
    }
    for text in [#"{"bincount": "9999999999"}"#, #"{"bincount": "-1"}"#, "{", String(repeating: "[", count: 100_000)] {
      #expect(throws: FormatError.self) { try read(builder, ImportOptions(), settings(text)) }
    }
    let asBytes = { (root: Group) in
      try root.delete("Data/SpectrumStream/0/Data")
      try root.createDataset("Data/SpectrumStream/0/Data", [1, 2, 3] as [Float])
    }
    #expect(throws: FormatError.self) { try read(builder, ImportOptions(), asBytes) }
  }

  @Test func aMapLargerThanItsStreamIsReadWithinReason() throws {
    var builder = VeloxFileBuilder()
    builder.statesArea = false
    builder.image = nil
    builder.detectors.removeLast()
    let raster = { (size: Int) in
      { (root: Group) in
        try root.delete("Data/SpectrumStream/0/AcquisitionSettings")
        try root.createDataset(
          "Data/SpectrumStream/0/AcquisitionSettings",
          ["{\"bincount\": \"20\", \"RasterScanDefinition\": {\"Width\": \"\(size)\", \"Height\": \"\(size)\"}}"])
      }
    }
    let map = try #require(try read(builder, ImportOptions(), raster(1000)).first)
    #expect(map.array.shape == [1000, 1000, 20])
    #expect(try map.array.read([999..<1000, 0..<3, 0..<20]) == [UInt8](repeating: 0, count: 120))
    #expect(map.notes.contains { $0.contains("do not fit") })
    let error = #expect(throws: FormatError.self) { try read(builder, ImportOptions(), raster(100_000)) }
    #expect(error?.problem.contains("36 pixels") == true)
  }
}
