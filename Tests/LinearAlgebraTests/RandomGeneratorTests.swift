import Foundation
import Testing

@testable import LinearAlgebra

struct RandomGeneratorTests {
  @Test func theSequenceIsThatOfTheReference() {
    // The authors' C code started from the state 1, 2, 3, 4.
    var generator = RandomGenerator(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
      16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777,
      2_904_607_092_377_533_576,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
    var words = SplitMix64(state: 1_234_567)
    let seeds: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    #expect(seeds.map { _ in words.next() } == seeds)
  }

  @Test func firstValuesAreFrozen() {
    var generator = RandomGenerator(seed: 42)
    let expected: [UInt64] = [
      1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
    #expect(generator.nextDouble() == 0.9246929453253876)
    #expect(generator.nextFloat() == 0.9918039)
  }

  @Test func streamsDifferAndRepeat() {
    var firsts: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for stream in 0..<500 as Range<UInt64> {
        var generator = RandomGenerator(seed: seed, stream: stream)
        firsts.insert(generator.next())
      }
    }
    #expect(firsts.count == 10_000)
    #expect(RandomGenerator(seed: 3, stream: 5) == RandomGenerator(seed: 3, stream: 5))
    #expect(RandomGenerator(seed: 3, stream: 5) != RandomGenerator(seed: 5, stream: 3))
  }

  @Test func neighbouringStreamsAreNotCorrelated() {
    let count = 20_000
    let values = (0..<count).map { stream -> Double in
      var generator = RandomGenerator(seed: 1, stream: UInt64(stream))
      return generator.nextDouble() - 0.5
    }
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(count)
    let covariance = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count - 1)
    #expect(abs(variance - 1 / 12) < 0.003)
    #expect(abs(covariance) < 5 / 12 / Double(count).squareRoot())
  }

  @Test func aCodedStateContinuesTheSequence() throws {
    var generator = RandomGenerator(seed: .max)
    _ = generator.next()
    let coded = try JSONEncoder().encode([generator])
    var copy = try JSONDecoder().decode([RandomGenerator].self, from: coded)[0]
    #expect(copy == generator)
    #expect(copy.next() == generator.next())
    for digits in ["", "12", String(repeating: "0", count: 64), String(repeating: "g", count: 64)] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([RandomGenerator].self, from: Data("[\"\(digits)\"]".utf8))
      }
    }
  }

  @Test func bitsAndIndicesAreEven() {
    var generator = RandomGenerator(seed: 9)
    var bits = [Int](repeating: 0, count: 64)
    for _ in 0..<40_000 {
      let word = generator.next()
      for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { bits[bit] += 1 }
    }
    #expect(bits.allSatisfy { abs($0 - 20_000) < 500 })
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.nextIndex(below: 7)] += 1 }
    #expect(chiSquare(counts, expected: counts.map { _ in 10_000 }) < 27)
    #expect(generator.nextIndex(below: 1) == 0)
  }

  @Test func gaussianAndExponentialHaveTheirMoments() {
    var generator = RandomGenerator(seed: 4)
    let count = 200_000
    let gaussian = (0..<count).map { _ in generator.nextGaussian() }
    let moments = (1...4).map { power in gaussian.reduce(0) { $0 + pow($1, Double(power)) } / Double(count) }
    #expect(abs(moments[0]) < 0.012)
    #expect(abs(moments[1] - 1) < 0.016)
    #expect(abs(moments[2]) < 0.045)
    #expect(abs(moments[3] - 3) < 0.12)
    let exponential = (0..<count).map { _ in generator.nextExponential() }
    #expect(abs(exponential.reduce(0, +) / Double(count) - 1) < 0.012)
    #expect(abs(exponential.reduce(0) { $0 + $1 * $1 } / Double(count) - 2) < 0.06)
    #expect(exponential.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  @Test(arguments: [0.003, 0.5, 3.7, 9.99, 10, 31.4, 160, 2500.5])
  func poissonHasItsProbabilities(mean: Double) {
    var generator = RandomGenerator(seed: 11)
    let draws = 100_000
    let deviation = mean.squareRoot()
    let low = max(0, Int(mean - 3.5 * deviation))
    let high = Int(mean + 3.5 * deviation) + 2
    var counts = [Int](repeating: 0, count: high - low + 1)
    for _ in 0..<draws { counts[min(max(generator.nextPoisson(mean: mean), low), high) - low] += 1 }
    var expected = (low...high).map { k in
      (0..<k).reduce(-mean) { $0 + log(mean) - log(Double($1 + 1)) }
    }.map { Double(draws) * exp($0) }
    expected[expected.count - 1] += Double(draws) - expected.reduce(0, +)
    // Cells are pooled until each expects at least 20 draws.
    var pooled: [(Int, Double)] = [(0, 0)]
    for (count, expectation) in zip(counts, expected) {
      pooled[pooled.count - 1].0 += count
      pooled[pooled.count - 1].1 += expectation
      if pooled[pooled.count - 1].1 >= 20 { pooled.append((0, 0)) }
    }
    let rest = pooled.removeLast()
    pooled[pooled.count - 1].0 += rest.0
    pooled[pooled.count - 1].1 += rest.1
    let degrees = Double(pooled.count - 1)
    #expect(
      chiSquare(pooled.map(\.0), expected: pooled.map(\.1)) < degrees + 4.5 * (2 * degrees).squareRoot() + 6)
  }

  @Test func poissonOfExtremeMeans() {
    var generator = RandomGenerator(seed: 2)
    #expect((0..<100).allSatisfy { _ in generator.nextPoisson(mean: 0) == 0 })
    #expect((0..<1000).allSatisfy { _ in generator.nextPoisson(mean: 1e-300) == 0 })
    for mean in [1e5, 1e9, 1e15] {
      let count = 20_000
      let standard = (0..<count).map { _ in
        (Double(generator.nextPoisson(mean: mean)) - mean) / mean.squareRoot()
      }
      #expect(abs(standard.reduce(0, +) / Double(count)) < 0.04)
      #expect(abs(standard.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 0.05)
    }
  }
}

private func chiSquare(_ counts: [Int], expected: [Double]) -> Double {
  zip(counts, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
}
