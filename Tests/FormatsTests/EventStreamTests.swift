import Blocks
import Foundation
import HDF5
import Microscopy
import Synchronization
import Testing

@testable import Formats

struct EventStreamTests {
  private struct Sample {
    var values: [UInt16] = []
    /// By frame, pixel and channel.
    var counts: [UInt16]

    init(frames: Int, pixels: Int, channels: Int, events: Int, seed: UInt64) {
      var noise = Noise(state: seed)
      counts = [UInt16](repeating: 0, count: frames * pixels * channels)
      for pixel in 0..<frames * pixels {
        for _ in 0..<Int.random(in: 0...2 * events, using: &noise) {
          let channel = Int.random(in: 0..<channels, using: &noise)
          values.append(UInt16(channel))
          counts[pixel * channels + channel] += 1
        }
        values.append(EventIndex.mark)
      }
    }

    var source: MemoryEvents { MemoryEvents(bytes: bytes(values)) }
  }

  @Test func placesAreWherePixelsBegin() throws {
    let sample = Sample(frames: 3, pixels: 700, channels: 10, events: 3, seed: 1)
    let index = try EventIndex(sample.source, frameSize: 700, channelCount: 10)
    #expect(index.frameCount == 3 && index.pixelCount == 2100 && !index.isLastFrameIncomplete && index.strayCount == 0)
    #expect(index.step == 256 && index.placesPerFrame == 3 && index.places.count == 9)
    var starts = [0]
    for (place, value) in sample.values.enumerated() where value == EventIndex.mark { starts.append(place + 1) }
    for frame in 0..<3 {
      for part in 0..<3 {
        let pixel = frame * 700 + part * 256
        #expect(index.places[frame * 3 + part] == starts[pixel])
        let pixels = pixel..<min(pixel + 256, (frame + 1) * 700)
        #expect(index.mostEvents(place: part, frame: frame) == pixels.map { starts[$0 + 1] - starts[$0] - 1 }.max())
      }
    }
    let found = try #require(index.values(of: 300..<310, frame: 1))
    #expect(found.firstPixel == 256 && found.range == starts[700 + 256]..<starts[700 + 512])
  }

  @Test func emptyStreamsHaveNoPixels() throws {
    let index = try EventIndex(MemoryEvents(bytes: []), frameSize: 5, channelCount: 10)
    #expect(index.frameCount == 0 && index.pixelCount == 0 && index.places.isEmpty)
    #expect(index.values(of: 0..<5, frame: 0) == nil)
    // Events without any mark are of the first pixel.
    let single = try EventIndex(MemoryEvents(bytes: bytes([3, 4] as [UInt16])), frameSize: 5, channelCount: 10)
    #expect(single.pixelCount == 1 && single.frameCount == 1 && single.isLastFrameIncomplete)
    #expect(single.mostEvents(place: 0, frame: 0) == 2)
  }

  @Test func moreFramesThanAnyScanHasAreNotIndexed() throws {
    let marks = MemoryEvents(bytes: [UInt8](repeating: 0xFF, count: 10 << 20))
    #expect(try EventIndex(marks, frameSize: 1, channelCount: 10).hasTooManyFrames)
    let index = try EventIndex(marks, frameSize: 64, channelCount: 10)
    #expect(!index.hasTooManyFrames && index.frameCount == 5 << 14)
  }

  /// Over more than one piece of the stream.
  @Test func longStreamsAreCountedAsShortOnes() throws {
    let sample = Sample(frames: 2, pixels: 1500, channels: 8, events: 250, seed: 2)
    #expect(sample.values.count > sample.source.pieceCount)
    let index = try EventIndex(sample.source, frameSize: 1500, channelCount: 8)
    let array = try EventArray(
      [.init(source: sample.source, index: index)], height: 30, width: 50, channelCount: 8, frames: 0..<2, keepsFrames: true,
      type: .uint16)
    #expect(try array.read(array.wholeBox) == bytes(sample.counts))
    let whole = MemoryArray(shape: array.shape, elementSize: 2, bytes: bytes(sample.counts))
    for box in [[0..<2, 7..<9, 3..<44, 2..<5], [1..<2, 29..<30, 0..<50, 0..<8]] {
      #expect(try array.read(box) == whole.read(box))
    }
  }

  @Test func compressedEventsAreUnpackedIntoATemporaryFile() throws {
    let scratch = try ScratchFolder()
    let sample = Sample(frames: 1, pixels: 60, channels: 12, events: 9, seed: 3)
    let file = try File.create(scratch.file("a.h5"))
    for filters in [[], [.shuffle, .deflate(level: 2)]] as [[Filter]] {
      let dataset = try file.root.createDataset(
        "events\(filters.count)", sample.values, shape: [sample.values.count, 1], layout: .chunked([64, 1]), filters: filters)
      let events = try DatasetEvents(dataset, format: "test", file: scratch.file("a.h5"))
      for memory in [0, 1 << 20] {
        let stream = try events.indexed(frameSize: 60, channelCount: 12, room: UnpackingRoom(memory))
        let isFile = stream.source is FileEvents
        #expect(isFile == (!filters.isEmpty && memory == 0))
        let array = try EventArray(
          [stream], height: 6, width: 10, channelCount: 12, frames: 0..<1, keepsFrames: false, type: .uint16)
        #expect(try array.read(array.wholeBox) == bytes(sample.counts))
        guard let spooled = stream.source as? FileEvents else { continue }
        #expect(spooled.bytes.size == sample.values.count * 2)
        #expect(FileManager.default.fileExists(atPath: spooled.bytes.path))
      }
    }
  }

  /// Packed chunks are read whole: one that the library's cache has no room for would be unpacked again for each piece.
  @Test func piecesArePackedChunks() throws {
    let scratch = try ScratchFolder()
    let file = try File.create(scratch.file("a.h5"))
    func length(_ name: String, _ chunk: [Int], _ filters: [Filter]) throws -> Int {
      let dataset = try file.root.createDataset(
        name, type: .uint16, shape: chunk, maxShape: [nil, chunk[1]], layout: .chunked(chunk), filters: filters)
      return try dataset.pieceLength(1000)
    }
    #expect(try length("plain", [3000, 1], []) == 1000)
    #expect(try length("small", [300, 1], [.deflate(level: 1)]) == 1200)
    #expect(try length("fitting", [500, 1], [.deflate(level: 1)]) == 1000)
    #expect(try length("large", [3000, 2], [.shuffle, .deflate(level: 1)]) == 3000)
    #expect(try length("largest", [1 << 25, 1], [.deflate(level: 1)]) == 1 << 25)
    #expect(throws: HDF5Error.self) { try length("too large", [1 << 24, 3], [.deflate(level: 1)]) }
  }

  private final class Ranges: Sendable {
    let read = Mutex<[Range<Int>]>([])
  }

  private struct Pieces: EventSource {
    let values: MemoryEvents
    let pieceCount: Int
    let ranges = Ranges()

    var count: Int { values.count }

    func read(_ range: Range<Int>) -> [UInt8] {
      ranges.read.withLock { $0.append(range) }
      return values.read(range)
    }
  }

  @Test func aPieceBeginsAtAMultipleOfItsLength() throws {
    let source = Pieces(values: Sample(frames: 1, pixels: 9, channels: 9, events: 3, seed: 4).source, pieceCount: 7)
    var count = 0
    try unsafe source.forEachPiece(of: 5..<20) { start, values in
      count += values.count
      return true
    }
    #expect(count == 15 && source.ranges.read.withLock { $0 } == [5..<7, 7..<14, 14..<20])
  }

  @Test func streamsShareTheMemoryOfTheirFile() throws {
    let scratch = try ScratchFolder()
    let sample = Sample(frames: 2, pixels: 60, channels: 12, events: 9, seed: 3)
    let file = try File.create(scratch.file("a.h5"))
    let events = try (0..<5).map { number in
      let dataset = try file.root.createDataset(
        "events\(number)", sample.values, shape: [sample.values.count, 1], layout: .chunked([64, 1]),
        filters: [.deflate(level: 2)])
      return try DatasetEvents(dataset, format: "test", file: scratch.file("a.h5"))
    }
    let room = UnpackingRoom(sample.values.count * 5, streams: 5)
    let streams = try DatasetEvents.indexed(events, frameSize: 60, channelCount: 12, room: room)
    #expect(streams.count { $0.source is MemoryEvents } == 2 && streams.count { $0.source is FileEvents } == 3)
    let array = try EventArray(
      streams, height: 6, width: 10, channelCount: 12, frames: 1..<2, keepsFrames: false, type: .uint16)
    #expect(try array.read(array.wholeBox) == bytes(sample.counts[720...].map { $0 * 5 }))
  }

  @Test func placesAreSharedToo() throws {
    let sample = Sample(frames: 3, pixels: 700, channels: 10, events: 3, seed: 1)
    let index = try EventIndex(sample.source, frameSize: 700, channelCount: 10, placeCount: 20)
    #expect(index.step > 256 && index.frameCount == 3 && index.placesPerFrame == 2)
  }
}
