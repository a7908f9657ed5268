import Blocks
import HDF5
import Microscopy
import Synchronization
import Testing

@testable import Formats

struct ChunkRowTests {
  /// Slabs of every thickness, in order, take each row of chunks at most twice, and give what is there.
  @Test(arguments: [1, 2, 3, 4, 5, 7]) func slabsUnpackTheirChunksOnce(_ thickness: Int) throws {
    let shape = [7, 5, 4]
    let values = MemoryArray(shape: shape, (0..<140).map { Int32($0) })
    let row = ChunkRow(extents: shape, chunk: [4, 2, 4], elementSize: 4)
    let loaded = Mutex(0)
    for _ in 0..<2 {
      for start in stride(from: 0, to: 7, by: thickness) {
        let box = [start..<min(start + thickness, 7), 0..<5, 0..<4]
        let bytes = try row.read(box) { part in
          loaded.withLock { $0 += part[0].count }
          return values.read(part)
        }
        #expect(bytes == values.read(box))
      }
    }
    // Two passes; a slab across two rows takes both.
    #expect(loaded.withLock { $0 } <= 2 * (7 + 4))
  }

  @Test func boxesOfAnyKindAreRight() throws {
    let scratch = try ScratchFolder()
    let file = try File.create(scratch.file("a.h5"))
    let values = (0..<210).map { UInt16($0) }
    let dataset = try file.root.createDataset(
      "data", values, shape: [5, 6, 7], layout: .chunked([3, 4, 2]), filters: [.deflate(level: 1)])
    let element = try #require(ArrayElement(dataset.type))
    let whole = MemoryArray(shape: [5, 6, 7], values)
    let plain = try HDF5Array(dataset, element)
    let turned = try HDF5Array(dataset, element, order: [2, 1, 0])
    let turnedWhole = MemoryArray(shape: [7, 6, 5], elementSize: 2, bytes: try turned.read(turned.wholeBox))
    var noise = Noise(state: 7)
    for _ in 0..<200 {
      let box = [5, 6, 7].map { size in
        let start = Int.random(in: 0..<size, using: &noise)
        return start..<Int.random(in: start + 1...size, using: &noise)
      }
      #expect(try plain.read(box) == whole.read(box))
      #expect(try turned.read(box.reversed()) == turnedWhole.read(box.reversed()))
    }
  }

  /// Chunks unpacked here are those that the library unpacks, missing ones included.
  @Test(arguments: [[Filter.deflate(level: 1)], [.shuffle, .deflate(level: 6)]])
  func packedChunksAreThoseOfTheLibrary(_ filters: [Filter]) throws {
    let scratch = try ScratchFolder()
    let file = try File.create(scratch.file("a.h5"))
    for type in [Datatype.uint8, .int16, .float32, .float64] {
      let dataset = try file.root.createDataset(
        "\(type)", type: type, shape: [9, 10, 11], layout: .chunked([4, 3, 5]), filters: filters)
      let part = sampleBytes(.uint8, count: 5 * 10 * 11 * type.size)
      // The last rows of chunks are never written.
      try dataset.writeRaw(part, .box([0..<5, 0..<10, 0..<11]))
      try file.flush()
      let element = try #require(ArrayElement(dataset.type))
      let chunks = try #require(PackedChunks(dataset, element, extents: [9, 10, 11]))
      var noise = Noise(state: 3)
      var count = 0
      for _ in 0..<50 {
        let box = [9, 10, 11].map { size in
          let start = Int.random(in: 0..<size, using: &noise)
          return start..<Int.random(in: start + 1...size, using: &noise)
        }
        guard let bytes = try chunks.read(box) else { continue }
        count += 1
        #expect(try bytes == dataset.readRaw(.box(box)), "\(type) \(box)")
      }
      #expect(count > 20)
    }
    let big = try file.root.createDataset(
      "big", type: .integer(size: 4, signed: true, order: .big), shape: [4], layout: .chunked([2]), filters: filters)
    #expect(try PackedChunks(big, #require(ArrayElement(big.type)), extents: [4]) == nil)
    let summed = try file.root.createDataset(
      "summed", type: .int32, shape: [4], layout: .chunked([2]), filters: filters + [.fletcher32])
    #expect(try PackedChunks(summed, #require(ArrayElement(summed.type)), extents: [4]) == nil)
  }
}
