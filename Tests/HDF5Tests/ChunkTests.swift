import Testing

@testable import HDF5

@Suite struct ChunkTests {
  @Test func chunksMoveAsStored() throws {
    let scratch = try Scratch()
    let root = try scratch.file().root
    let values = (0..<60).map { UInt16($0) }
    let source = try root.createDataset(
      "source", values, shape: [6, 10], layout: .chunked([4, 5]), filters: .standard + [.fletcher32])
    let copy = try root.createDataset(
      "copy", type: .uint16, shape: [6, 10], layout: .chunked([4, 5]), filters: .standard + [.fletcher32])
    #expect(try source.chunkCount == 4 && copy.chunkCount == 0)
    let chunks = try source.chunks()
    #expect(chunks.map(\.offset) == [[0, 0], [0, 5], [4, 0], [4, 5]])
    var buffer = [UInt8](repeating: 9, count: 5000)
    for chunk in chunks {
      let mask = try source.readChunk(at: chunk.offset, into: &buffer)
      #expect(buffer.count == chunk.byteCount && mask == chunk.filterMask)
      #expect(try source.chunkByteCount(at: chunk.offset) == chunk.byteCount)
      try copy.writeChunk(at: chunk.offset, buffer, mask: mask)
    }
    #expect(try copy.read(as: UInt16.self) == values)
    #expect(try copy.storageSize == chunks.map(\.byteCount).reduce(0, +))
    #expect(chunks.allSatisfy { $0.address > 0 } && Set(chunks.map(\.address)).count == 4)
  }

  @Test func aSkippedFilterIsMarked() throws {
    let root = try Scratch().file().root
    let written = try root.createDataset(
      "data", type: .uint8, shape: [4], layout: .chunked([4]), filters: [.deflate(level: 4)])
    try written.writeChunk(at: [0], [1, 2, 3, 4], mask: 1)
    try written.close()
    let data = try root.dataset("data")
    #expect(try data.read(as: Int.self) == [1, 2, 3, 4])
    #expect(try data.readChunk(at: [0]).mask == 1)
  }

  @Test func chunksThatAreNotThereAreErrors() throws {
    let root = try Scratch().file().root
    let data = try root.createDataset("data", type: .uint8, shape: [4, 4], layout: .chunked([2, 2]))
    try data.write([5], .points([[3, 3]]))
    #expect(try data.chunks().map(\.offset) == [[2, 2]])
    #expect(try data.storedChunks().map(\.offset) == [[2, 2]])
    #expect(try data.storedChunks().map(\.byteCount) == [4])
    let sparse = try root.createDataset(
      "sparse", type: .uint8, shape: [1 << 40, 4], layout: .chunked([2, 2]))
    #expect(try sparse.storedChunks().isEmpty)
    try sparse.write([1, 2], .points([[1 << 39, 2], [0, 0]]))
    #expect(try sparse.storedChunks().map(\.offset) == [[0, 0], [1 << 39, 2]])
    #expect(try data.chunkByteCount(at: [0, 0]) == 0)
    #expect(kind { try data.readChunk(at: [0, 0]) } == .notFound)
    #expect(kind { try data.readChunk(at: [1, 0]) } == .invalidArgument)
    #expect(kind { try data.readChunk(at: [0]) } == .invalidArgument)
    #expect(kind { try data.readChunk(at: [-2, 0]) } == .invalidArgument)
    #expect(kind { try data.readChunk(at: [4, 0]) } == .outOfBounds)
    #expect(kind { try data.writeChunk(at: [4, 0], [0, 0, 0, 0]) } == .outOfBounds)
    #expect(kind { try data.writeChunk(at: [0, 0], []) } == .invalidArgument)
    let flat = try root.createDataset("flat", [1])
    #expect(kind { try flat.chunks() } == .wrongKind)
    #expect(kind { try flat.readChunk(at: [0]) } == .wrongKind)
  }

  @Test func manyThreadsReadOneDataset() async throws {
    let scratch = try Scratch()
    let file = try scratch.file()
    let data = try file.root.createDataset(
      "data", (0..<4096).map { Int32($0) }, shape: [64, 64], layout: .chunked([8, 8]), filters: .standard)
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var sum = 0
          var buffer: [UInt8] = []
          for row in stride(from: 0, to: 64, by: 8) {
            for column in stride(from: 0, to: 64, by: 8) {
              _ = try data.readChunk(at: [row, column], into: &buffer)
              sum += try data.read(as: Int.self, .box([row..<row + 8, column..<column + 8])).reduce(0, +)
              _ = try? file.root.dataset("missing")
            }
          }
          return sum
        }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(sums == [Int](repeating: 4095 * 2048, count: 4))
  }
}
