import Blocks
import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct MapRoundTripTests {
  @Test(arguments: ScalarType.allCases) func everyTypeComesBack(type: ScalarType) throws {
    let scratch = try Scratch()
    let shape = [5, 7, 13]
    let (bytes, floats) = values(type, 5 * 7 * 13)
    let path = scratch.file("a.hspy")
    let store = try Store.create(path)
    var options = ImportOptions()
    options.chunks = [2, 3, 4]
    try store.addMap(
      "m", metadata: spectrumImage(shape), type: type,
      array: MemoryArray(shape: shape, elementSize: type.size, bytes: bytes), options: options)
    try store.close()

    let map = try Store.open(path).map()
    #expect(map.type == type)
    #expect(map.shape == shape)
    #expect(try map.read([0..<5, 0..<7, 0..<13]) == bytes)
    #expect(try map.array.read([0..<5, 0..<7, 0..<13]) == bytes)
    let part: [Range<Int>] = [1..<4, 2..<7, 3..<12]
    #expect(
      try map.array.read(part) == MemoryArray(shape: shape, elementSize: type.size, bytes: bytes).read(part))
    #expect(try map.digest == Digest.sha256(bytes))
    #expect(try DatasetDigest(map.dataset).compute(memory: 100) == Digest.sha256(bytes))
    if type.isComplex {
      #expect(throws: StoreError.self) { try map.rows() }
    } else {
      #expect(try matrix(map.rows()) == floats)
    }
  }

  @Test(arguments: [[1, 1, 1], [3, 2, 5], [7, 7, 7], [2, 9, 11], [9, 9, 130], [1, 16, 64]], [1, 4])
  func chunksAndThreadsChangeNothing(chunk: [Int], threads: Int) throws {
    let scratch = try Scratch()
    let shape = [7, 9, 130]
    let (bytes, floats) = values(.uint16, 7 * 9 * 130, limit: 300)
    let store = try Store.create(scratch.file("a.hspy"))
    var options = ImportOptions()
    options.chunks = chunk
    options.threads = threads
    options.memory = 9000
    let map = try store.addMap(
      "m", metadata: spectrumImage(shape), type: .uint16,
      array: MemoryArray(shape: shape, elementSize: 2, bytes: bytes), options: options)
    #expect(try map.digest == Digest.sha256(bytes))
    #expect(try matrix(map.rows()) == floats)
  }

  @Test func filesAreEqualOnAnyNumberOfThreads() throws {
    let scratch = try Scratch()
    let shape = [12, 9, 200]
    let (bytes, _) = values(.uint16, 12 * 9 * 200)
    var files: [Data] = []
    for threads in [1, 4] {
      let path = scratch.file("\(threads).hspy")
      let store = try Store.create(path)
      var options = ImportOptions()
      options.chunks = [4, 4, 32]
      options.threads = threads
      try store.addMap(
        "m", metadata: spectrumImage(shape), type: .uint16,
        array: MemoryArray(shape: shape, elementSize: 2, bytes: bytes), options: options)
      try store.close()
      files.append(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    #expect(files[0] == files[1])
  }

  @Test func metadataComesBackWhole() throws {
    var metadata = spectrumImage([2, 3, 4])
    metadata.axes[2].values = [0, 1, 4, 9]
    metadata.axes[0].name = "a/b"
    metadata.acquired = "2024-03-01T12:30:05+01:00"
    metadata.authors = "A. Person"
    metadata.notes = "µ"
    metadata.originalFile = "x.raw"
    metadata.sample.name = "NiO"
    metadata.sample.elements = ["Ni", "O"]
    metadata.sample.thickness = 50
    metadata.instrument.beamEnergy = 200
    metadata.instrument.liveTime = 0.1
    metadata.instrument.frames = 12
    metadata.instrument.tiltBeta = -3.5
    metadata.instrument.detector = "SDD"
    metadata.hyperspy = ["General": ["title": "other", "FileIO": ["0": ["operation": "load"]]]]
    metadata.vendor = [
      "a": 1, "b": 1.0, "c": true, "d": "text", "e": .null, "f": [1, 2, 3], "g": [1.5, 2.5], "h": ["x", "y"], "i": [],
      "j": ["k": [["deep": 1], "mixed", 2.5]], "/slash": 1, "": "empty", "_list_x": "taken", ".": 4, "trail ": 5,
      "nul": .text("a\0b"), "none": "_None_", "u": .unsigned(.max), "nan": .real(.infinity), "empty": [:],
      "bools": [true, false], "long": .list((0..<12).map { .dictionary(["n": .integer($0)]) }),
    ]
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let store = try Store.create(path)
    try store.addMap(
      "m", metadata: metadata, type: .uint8, array: MemoryArray(shape: [2, 3, 4], [UInt8](repeating: 1, count: 24)))
    try store.close()
    #expect(try Store.open(path).map("m").metadata == metadata)
  }

  /// A source that fails after its first slab.
  private struct Failing: ArraySource {
    struct Gone: Error {}
    var shape: [Int]
    var elementSize: Int { 1 }
    func read(_ box: [Range<Int>]) throws -> [UInt8] {
      if box[0].lowerBound > 0 { throw Gone() }
      return [UInt8](repeating: 1, count: box.reduce(1) { $0 * $1.count })
    }
  }

  @Test func whatIsInterruptedLeavesNothing() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let store = try Store.create(path)
    var options = ImportOptions()
    options.chunks = [2, 2, 10]
    options.memory = 300
    let failing = Failing(shape: [10, 4, 10])
    #expect(throws: StoreError.self) {
      try store.addMap("m", metadata: spectrumImage([10, 4, 10]), type: .uint8, array: failing, options: options)
    }
    let whole = MemoryArray(shape: [10, 4, 10], [UInt8](repeating: 1, count: 400))
    do throws(StoreError) {
      try store.addMap(
        "m", metadata: spectrumImage([10, 4, 10]), type: .uint8, array: whole, options: options,
        progress: { done, _ in done > 0 ? .stop : .proceed })
      Issue.record("it was stopped")
    } catch {
      #expect(error.kind == .stopped)
    }
    #expect(try store.mapNames.isEmpty)
    #expect(try store.file.root.names.filter { $0 == "m" }.isEmpty)
    #expect(try store.addMap("m", metadata: spectrumImage([10, 4, 10]), type: .uint8, array: whole).name == "m")

    // An import cut off by the end of the program: not listed, not opened, and made anew.
    try store.map("m").group.attributes.set("lamella_complete", to: false)
    #expect(try store.mapNames.isEmpty)
    #expect(throws: StoreError.self) { try store.map("m") }
    #expect(try store.addMap("m", metadata: spectrumImage([10, 4, 10]), type: .uint8, array: whole).name == "m")
  }

  @Test func badInputIsRefused() throws {
    let scratch = try Scratch()
    let store = try Store.create(scratch.file("a.hspy"))
    func add(_ name: String, _ shape: [Int], metadata: MapMetadata? = nil, type: ScalarType = .uint8) throws {
      let array = MemoryArray(shape: shape, [UInt8](repeating: 0, count: shape.reduce(1, *)))
      try store.addMap(name, metadata: metadata ?? spectrumImage(shape), type: type, array: array)
    }
    #expect(throws: StoreError.self) { try add("m", [2, 0, 3]) }
    #expect(throws: StoreError.self) { try add("", [2, 2, 3]) }
    #expect(throws: StoreError.self) { try add("a/b", [2, 2, 3]) }
    #expect(throws: StoreError.self) { try add("Experiments", [2, 2, 3]) }
    #expect(throws: StoreError.self) { try add("m", [2, 2, 3], metadata: spectrumImage([2, 2, 4])) }
    #expect(throws: StoreError.self) { try add("m", [2, 2, 3], type: .uint16) }
    try add("m", [2, 2, 3])
    #expect(throws: StoreError.self) { try add("m", [2, 2, 3]) }
    var options = ImportOptions()
    options.memory = .max
    try store.addMap(
      "ample", metadata: spectrumImage([2, 3]), type: .uint8, array: MemoryArray(shape: [2, 3], [UInt8](repeating: 0, count: 6)),
      options: options)
    let other = scratch.file("b.txt")
    try Data("hello".utf8).write(to: URL(fileURLWithPath: other))
    do throws(StoreError) {
      _ = try Store.open(other)
      Issue.record("it was opened")
    } catch {
      #expect(error.kind == .foreign)
      #expect("\(error)".contains("import"))
    }
  }
}
