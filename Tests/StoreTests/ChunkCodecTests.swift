import CKernels
import Testing

@testable import Store

struct ChunkCodecTests {
  /// From nothing but zeros to hardly any, with runs of every length and values that make Huffman codes long.
  @Test(arguments: [0.0, 0.0001, 0.003, 0.03, 0.1, 0.3, 0.9], [1, 3])
  func whatWasEncodedIsDecoded(share: Double, level: Int) throws {
    var state: UInt64 = 1
    /// In [0, 1).
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) * 0x1p-31
    }
    let lengths = Array(1...24) + [255, 256, 257, 258, 259, 260, 261, 262, 263, 516, 517, 520, 4099, 300_000]
    for length in lengths {
      var chunk = [UInt8](repeating: 0, count: 2 * length)
      for index in chunk.indices where random() < share {
        chunk[index] = UInt8(min(255, 1 / (1.001 - random())))
      }
      let codec = ChunkCodec(elementSize: 2, shuffles: true, deflates: true, level: level)
      let encoder = ChunkEncoder(codec)
      encoder.chunk = chunk
      let stored = try #require(encoder.encode())
      var inflated = [UInt8](repeating: 0xFF, count: chunk.count)
      let fits = unsafe inflated.withUnsafeMutableBytes { unsafe ChunkDecoder().inflate(stored, into: $0) }
      #expect(fits)
      let unshuffled = (0..<length).flatMap { [inflated[$0], inflated[length + $0]] }
      let same = unshuffled == chunk
      #expect(same, "\(length) elements")
    }
  }

  @Test func codesAreCutToFifteenBits() throws {
    // Frequencies like Fibonacci's numbers make the deepest trees.
    var bytes: [UInt8] = []
    var (a, b) = (1, 1)
    for value in 1...22 as ClosedRange<UInt8> {
      for _ in 0..<min(a, 20_000) { bytes += [value] + [UInt8](repeating: 0, count: 20) }
      (a, b) = (b, a + b)
    }
    let encoder = ChunkEncoder(ChunkCodec(elementSize: 1, shuffles: false, deflates: true))
    encoder.chunk = bytes
    let stored = try #require(encoder.encode())
    var inflated = [UInt8](repeating: 0xFF, count: bytes.count)
    let fits = unsafe inflated.withUnsafeMutableBytes {
      unsafe ChunkDecoder().inflate(stored, into: $0)
    }
    #expect(fits)
    let same = inflated == bytes
    #expect(same)
  }

  @Test func nothingIsWrittenBeyondTheBuffer() {
    let bytes = (0..<20_000).map { UInt8($0 % 11 == 0 ? $0 % 251 : 0) }
    var guarded = [UInt8](repeating: 0xAA, count: 6000)
    for capacity in stride(from: 0, to: 5000, by: 7) {
      let length = unsafe lamella_deflate_sparse(bytes, bytes.count, 1, &guarded, capacity)
      #expect(length <= capacity)
      let untouched = guarded[capacity...].allSatisfy { $0 == 0xAA }
      #expect(untouched, "capacity \(capacity)")
      guarded = [UInt8](repeating: 0xAA, count: guarded.count)
    }
  }

  @Test func denseBytesAreLeftToTheLibrary() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 | 1) }
    var stored = [UInt8](repeating: 0, count: 200_000)
    #expect(unsafe lamella_deflate_sparse(bytes, bytes.count, 1, &stored, stored.count) == 0)
  }
}
