import Blocks
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct MapSourceTests {
  private func map(
    _ shape: [Int], signalRank: Int, chunk: [Int], type: ScalarType, limit: Int, density: Double, in scratch: Scratch
  ) throws -> (Map, [Float]) {
    let (bytes, floats) = values(type, shape.reduce(1, *), limit: limit, density: density)
    let store = try Store.create(scratch.file("a.hspy"), replacing: true)
    var options = ImportOptions()
    options.chunks = chunk
    let map = try store.addMap(
      "m", metadata: spectrumImage(shape, signalRank: signalRank), type: type,
      array: MemoryArray(shape: shape, elementSize: type.size, bytes: bytes), options: options)
    return (map, floats)
  }

  @Test(
    arguments: [ScalarType.uint8, .int16, .uint32, .float32, .uint64],
    [(60, 0.05), (60, 0.9), (127, 1.0)])
  func patternsOfEveryDensity(type: ScalarType, values: (limit: Int, density: Double)) throws {
    let scratch = try Scratch()
    let (map, floats) = try map(
      [3, 5, 12, 17], signalRank: 2, chunk: [2, 2, 5, 6], type: type, limit: values.limit, density: values.density,
      in: scratch)
    let source = try map.rows()
    #expect(source.images == [[3, 5]])
    #expect(source.rowCount == 15)
    #expect(source.columnCount == 204)
    #expect(source.blockCount == 6)
    #expect((0..<6).map { source.rowCount(ofBlock: $0) }.reduce(0, +) == 15)
    #expect(try matrix(source) == floats)
  }

  @Test(arguments: [300, 70_000]) func largeCountsComeBack(limit: Int) throws {
    let scratch = try Scratch()
    let (map, floats) = try map(
      [4, 4, 100], signalRank: 1, chunk: [2, 2, 30], type: .uint32, limit: limit, density: 0.2, in: scratch)
    let source = try map.rows()
    #expect(try matrix(source) == floats)
    #expect(try matrix(source) == floats)
  }

  @Test func negativeCountsComeBack() throws {
    let scratch = try Scratch()
    let store = try Store.create(scratch.file("a.hspy"))
    for (name, type) in [("a", ScalarType.int8), ("b", .int16), ("c", .int32)] {
      let numbers = (0..<60).map { $0 % 7 == 0 ? -$0 - 1 : $0 % 3 == 0 ? $0 : 0 }
      let array =
        switch type {
        case .int8: MemoryArray(shape: [2, 3, 10], numbers.map { Int8($0) })
        case .int16: MemoryArray(shape: [2, 3, 10], numbers.map { Int16($0) })
        default: MemoryArray(shape: [2, 3, 10], numbers.map { Int32($0) })
        }
      let map = try store.addMap(name, metadata: spectrumImage([2, 3, 10]), type: type, array: array)
      #expect(try matrix(map.rows()) == numbers.map { Float($0) })
    }
  }

  @Test(arguments: [ScalarType.uint16, .float32, .uint64]) func masksLeaveOut(type: ScalarType) throws {
    let scratch = try Scratch()
    let shape = [5, 6, 40]
    let (map, floats) = try map(shape, signalRank: 1, chunk: [2, 4, 16], type: type, limit: 90, density: 0.2, in: scratch)
    let channels = (0..<40).map { $0 != 3 && !(10..<20).contains($0) && $0 % 7 != 0 }
    let pixels = (0..<30).map { $0 % 4 != 1 && $0 > 5 }
    let source = try map.rows(channelMask: channels, pixelMask: pixels)
    #expect(source.rowCount == 30)
    #expect(source.columnCount == channels.filter { $0 }.count)
    let found = try matrix(source)
    var expected: [Float] = []
    for pixel in 0..<30 {
      for channel in 0..<40 where channels[channel] { expected.append(pixels[pixel] ? floats[pixel * 40 + channel] : .nan) }
    }
    #expect(zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(throws: StoreError.self) { try map.rows(channelMask: [true]) }
    #expect(throws: StoreError.self) { try map.rows(pixelMask: pixels.map { _ in false }) }
  }

  @Test func widePatternsHavePanels() throws {
    let scratch = try Scratch()
    let (map, floats) = try map(
      [1, 2, 300, 300], signalRank: 2, chunk: [1, 2, 77, 130], type: .uint8, limit: 100, density: 0.02, in: scratch)
    let source = try map.rows()
    guard case .sparse(let sparse) = try source.block(at: 0).values else { return #expect(Bool(false)) }
    #expect(sparse.panelCount == 2)
    #expect(try matrix(source) == floats)
  }

  @Test func otherLayoutsAreReadByTheLibrary() throws {
    let scratch = try Scratch()
    let (map, floats) = try map(
      [4, 5, 20], signalRank: 1, chunk: [2, 2, 8], type: .uint16, limit: 50, density: 0.3, in: scratch)
    let data = try map.group.group("data")
    let raw = try map.dataset.readRaw()
    try data.delete("counts")
    let big = try data.createDataset(
      "counts", type: .integer(size: 2, signed: false, order: .big), shape: [4, 5, 20])
    try big.writeRaw(raw, as: .uint16)
    let again = try map.store.map("m")
    #expect(try matrix(again.rows()) == floats)
    let channels = (0..<20).map { $0 > 4 }
    let cut = try again.rows(channelMask: channels)
    #expect(try matrix(cut) == floats.indices.filter { $0 % 20 > 4 }.map { floats[$0] })
  }
}
