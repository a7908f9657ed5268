import LinearAlgebra
import Testing

@testable import Store

/// Whatever compressor a chunk went through, it inflates to the same bytes.
@Suite struct SparseDeflateTests {
  private func roundTrip(_ bytes: [UInt8], level: Int = 4) -> Int? {
    let encoder = ChunkEncoder(ChunkCodec(elementSize: 1, shuffles: false, deflates: true, level: level))
    encoder.chunk = bytes
    guard let encoded = encoder.encode() else { return nil }
    var back = [UInt8](repeating: 0xAA, count: bytes.count)
    let isWhole = unsafe back.withUnsafeMutableBytes { unsafe ChunkDecoder().inflate(encoded, into: $0) }
    return isWhole && back == bytes ? encoded.count : nil
  }

  @Test(arguments: [0.0, 0.0001, 0.01, 0.05, 0.2, 0.9]) func countsOfAnyDensity(_ density: Double) {
    var generator = RandomGenerator(seed: 1)
    for count in [1, 2, 7, 8, 63, 64, 65, 259, 1000, 100_000] {
      for most in [1, 3, 255] {
        let bytes = (0..<count).map { _ in
          generator.nextDouble() < density ? UInt8(1 + generator.nextIndex(below: most)) : 0
        }
        #expect(roundTrip(bytes) != nil)
      }
    }
  }

  @Test func runsOfEveryLength() {
    // A run of each length around the longest that one match holds, and its multiples.
    for length in Array(0...12) + Array(255...265) + Array(510...525) + Array(770...780) {
      let bytes = [7] + [UInt8](repeating: 0, count: length) + [9]
      #expect(roundTrip(bytes) != nil)
      #expect(roundTrip(bytes + [UInt8](repeating: 0, count: 5000)) != nil)
      #expect(roundTrip([UInt8](repeating: 0, count: length + 1)) != nil)
    }
  }

  @Test func isAboutAsSmallAsTheGeneralCompressor() throws {
    var generator = RandomGenerator(seed: 2)
    let counts = (0..<262_144).map { _ in UInt8(generator.nextPoisson(mean: 0.05)) }
    let sparse = try #require(roundTrip(counts, level: 4))
    let general = try #require(roundTrip(counts, level: 6))
    #expect(Double(sparse) < 1.15 * Double(general))
  }

  @Test func hasManyKindsOfCounts() {
    // Frequencies that fall by halves make the deepest code there is.
    var bytes: [UInt8] = []
    for value in 1...20 { bytes += [UInt8](repeating: UInt8(value), count: 1 << max(0, 12 - value)) }
    let spread = bytes.flatMap { [$0] + [UInt8](repeating: 0, count: 30) }
    #expect(roundTrip(spread) != nil)
  }
}
