import Blocks
import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct ChunkChecksumTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A map of 7 × 5 × 33 counts in chunks that do not divide it.
  private func store(chunk: [Int] = [2, 3, 10], memory: Int = 1 << 20, threads: Int = 2) throws -> Store {
    let store = try Store.create(scratch.file("\(UUID().uuidString).h5"))
    var options = ImportOptions()
    options.chunks = chunk
    options.memory = memory
    options.threads = threads
    try store.addMap(
      "map", metadata: spectrumImage([7, 5, 33]), type: .uint16,
      array: MemoryArray(shape: [7, 5, 33], elementSize: 2, bytes: values(.uint16, 7 * 5 * 33, limit: 300).bytes),
      options: options)
    return store
  }

  /// The CRC-32 as its definition has it: bit by bit.
  private func naive(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = crc & 1 == 1
        crc >>= 1
        if isOdd { crc ^= 0xEDB8_8320 }
      }
    }
    return ~crc
  }

  @Test(arguments: [[2, 3, 10], [7, 5, 32], [1, 1, 1], [3, 5, 33], [7, 5, 33]], [100, 1 << 20])
  func theyAreThoseOfTheValuesInTheArray(chunk: [Int], memory: Int) throws {
    let store = try store(chunk: chunk, memory: memory)
    let map = try store.map()
    let grid = ChunkGrid(shape: map.shape, chunk: chunk)
    let digest = try #require(try map.digest)
    let found = try grid.checksums(digest: digest, in: store.file)
    guard grid.count > 1 else {
      #expect(found == nil)
      #expect(try map.dataset.checksumName() == nil)
      return
    }
    let name = try #require(try map.dataset.checksumName())
    #expect(try store.file.root.dataset("checksums/\(name)").shape == grid.extents)
    for number in 0..<grid.count {
      let box = grid.box(at: grid.index(of: number))
      #expect(grid.number(of: box) == number)
      #expect(found?[number] == naive(try map.read(box)))
    }
    #expect(try store.verify() == [])
    #expect(try store.validate() == [])
  }

  @Test(arguments: [1, 3]) func theChunkOfAChangedValueIsNamed(threads: Int) throws {
    let store = try store()
    let counts = try store.map().dataset
    let place = [2..<3, 4..<5, 32..<33]
    let old: [UInt16] = try counts.read(.box(place))
    try counts.write([old[0] ^ 256], .box(place))
    try counts.write([UInt16(60_000)], .points([[6, 0, 9]]))
    let problem = try #require(try store.verify(threads: threads).first)
    #expect(problem.path == "/map/data/counts")
    #expect(problem.problem == "2 of 32 chunks are not as written")
    let chunks = problem.chunks ?? []
    #expect(chunks.map(\.index) == [[1, 1, 3], [3, 0, 0]])
    #expect(chunks.map(\.offset) == [[2, 3, 30], [6, 0, 0]])
    #expect(chunks.map(\.problem) == ["holds other values", "holds other values"])
    let stored = try counts.chunks()
    for chunk in chunks {
      let there = stored.first { $0.offset == chunk.offset }
      #expect(chunk.address == there?.address && chunk.bytes == there?.byteCount)
    }
    #expect(chunks[1].description.hasPrefix("chunk at (6, 0, 0), byte "))
  }

  @Test func aChunkThatDoesNotInflateAndOneThatIsMissingAreNamed() throws {
    let store = try store()
    let data = try store.file.root.group("map/data")
    let old = try data.dataset("counts")
    // A copy without one of the chunks: libhdf5 takes none away.
    let copy = try data.createDataset(
      "copy", type: old.type, shape: old.shape, layout: old.layout, filters: old.filters)
    for chunk in try old.chunks() where chunk.offset != [4, 3, 20] {
      let bytes = chunk.offset == [0, 0, 10] ? [1, 2, 3] : try old.readChunk(at: chunk.offset).bytes
      try copy.writeChunk(at: chunk.offset, bytes)
    }
    try copy.seal(try store.map().digest)
    let problems = try store.verify()
    #expect(problems.map(\.path) == ["/map/data/copy"])
    #expect(problems.first?.chunks?.map(\.offset) == [[0, 0, 10], [4, 3, 20]])
    #expect(problems.first?.chunks?.map(\.problem) == ["does not inflate", "is not stored"])
    // The same without checksums: what cannot be decoded is still named.
    try store.file.root.delete("checksums")
    #expect(try store.verify().first?.chunks?.map(\.problem) == ["does not inflate", "is not stored"])
  }

  @Test func withoutChecksumsTheDatasetIsNamed() throws {
    let store = try store()
    try store.file.root.delete("checksums")
    #expect(try store.verify() == [])
    try store.map().dataset.write([UInt16(60_000)], .points([[6, 0, 9]]))
    let problem = try #require(try store.verify().first)
    #expect(problem.path == "/map/data/counts" && problem.chunks == nil)
    #expect(problem.problem.hasPrefix("the values have changed"))
  }

  @Test func damagedChecksumsAccuseNoChunk() throws {
    let store = try store()
    let name = try #require(try store.map().dataset.checksumName())
    try store.file.root.dataset("checksums/\(name)").write([UInt32(7)], .points([[0, 0, 0]]))
    #expect(try store.verify().map(\.path) == ["/checksums/\(name)"])
    try store.map().dataset.write([UInt16(60_000)], .points([[6, 0, 9]]))
    let problem = try #require(try store.verify().first { $0.path == "/map/data/counts" })
    #expect(problem.chunks == nil)
  }

  @Test func equalValuesShareTheirChecksums() throws {
    let store = try store()
    let map = try store.map()
    var options = ImportOptions()
    options.chunks = [2, 3, 10]
    try store.addMap("again", metadata: map.metadata, type: map.type, array: try map.array, options: options)
    #expect(try store.file.root.group("checksums").names.count == 1)
    try store.removeMap("map")
    #expect(try store.verify() == [])
    try store.map().dataset.write([UInt16(60_000)], .points([[6, 0, 9]]))
    #expect(try store.verify().first?.chunks?.map(\.offset) == [[6, 0, 0]])
  }

  @Test func resultsHaveThemAndCheckpointsLeaveNone() throws {
    let store = try store()
    let folder = try store.file.root.group("checksums")
    let array = StoredArray((0..<1 << 18).map(Double.init), shape: [1, 512, 512])
    let made = try Provenance(operation: "nmf", parameters: ["k": 1])
    try store.map().saveCheckpoint("nmf", made: made, state: ["h": array])
    #expect(try folder.names.count == 1)
    let axes = [1, 512, 512].map { Axis(name: "", size: $0, role: .navigation) }
    let result = try store.map().addResult("nmf", made: made) { try $0.array("images", array, axes: axes) }
    #expect(try folder.names.count == 2)
    let images = try store.file.root.dataset("\(result.path)/images/images")
    try images.write([-1.0], .points([[0, 511, 511]]))
    let problem = try #require(try store.verify().first)
    #expect(problem.path == images.path && problem.chunks?.count == 1)
  }

  @Test func adoptionBringsThem() throws {
    let store = try store()
    let map = try store.map()
    let digest = try #require(try map.digest)
    try store.close()
    let path = scratch.file("resaved.hspy")
    let file = try File.create(path)
    try file.root.attributes.set("file_format_version", to: "3.3")
    let experiments = try file.root.createGroup("Experiments")
    try File.open(store.path).root.copy("Experiments/map", to: experiments, as: "map")
    // HyperSpy chooses chunks of its own.
    try experiments.group("map").delete("data")
    let data = try experiments.group("map").createDataset(
      "data", type: .uint16, shape: [7, 5, 33], layout: .chunked([4, 4, 20]), filters: .standard)
    try data.writeRaw(values(.uint16, 7 * 5 * 33, limit: 300).bytes)
    try file.close()
    #expect(try Store.adopt(original: store.path, resaved: path).attached == ["map"])
    let adopted = try Store.open(path, .writing)
    #expect(try adopted.file.root.group("checksums").names == ["\(digest)-7x5x33-4x4x20"])
    #expect(try adopted.verify() == [])
    #expect(try adopted.validate() == [])
    try adopted.map().dataset.write([UInt16(60_000)], .points([[4, 4, 32]]))
    #expect(try adopted.verify().first?.chunks?.map(\.index) == [[1, 1, 1]])
  }
}
