/// A seeded stream of random numbers: xoshiro256** (Blackman & Vigna 2021, ACM TOMS 47, 36), seeded by SplitMix64.
///
/// The integers and the uniform reals of a seed are the same bits on every machine; the other distributions also rest on
/// the C library's `exp` and `log`. A copy continues independently from the same state. Not for cryptography.
@frozen
public struct RandomGenerator: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// The generator's own state; all zeros would repeat zero for ever.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state.0 | state.1 | state.2 | state.3 != 0)
    (s0, s1, s2, s3) = state
  }

  public init(seed: UInt64) {
    var words = SplitMix64(state: seed)
    self.init(state: (words.next(), words.next(), words.next(), words.next()))
  }

  /// One of 2⁶⁴ streams of a seed: one for every pixel, restart or thread.
  ///
  /// Streams start at scattered points of a cycle of 2²⁵⁶ numbers, so that two of them overlapping is out of the question.
  public init(seed: UInt64, stream: UInt64) {
    let seed = SplitMix64.scramble(seed &+ SplitMix64.increment)
    self.init(seed: SplitMix64.scramble(seed ^ SplitMix64.scramble(~stream)))
  }

  /// 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }

  /// A multiple of 2⁻⁵³ in [0, 1), all equally likely.
  @inlinable
  public mutating func nextDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A multiple of 2⁻²⁴ in [0, 1), all equally likely.
  @inlinable
  public mutating func nextFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// An integer in 0..<count, all equally likely (Lemire 2019, ACM TOMACS 29, 3).
  @inlinable
  public mutating func nextIndex(below count: Int) -> Int {
    precondition(count > 0)
    let bound = UInt64(count)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }
}

/// The state as 64 hexadecimal digits: JSON readers that hold numbers as Double keep all of it.
extension RandomGenerator: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let digits = Array(try container.decode(String.self))
    let words = stride(from: 0, to: digits.count, by: 16).compactMap {
      UInt64(String(digits[$0..<min($0 + 16, digits.count)]), radix: 16)
    }
    guard digits.count == 64, words.count == 4, words.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "the state of a random generator is 64 hexadecimal digits, not all zero")
    }
    self.init(state: (words[0], words[1], words[2], words[3]))
  }

  public func encode(to encoder: any Encoder) throws {
    let digits = [s0, s1, s2, s3].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    var container = encoder.singleValueContainer()
    try container.encode(digits.joined())
  }
}

/// The generator that spreads a seed over a larger state (Steele, Lea & Flood 2014).
struct SplitMix64 {
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.scramble(state)
  }

  /// A bijection of 64-bit words in which every bit of the input flips half the bits of the output.
  static func scramble(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
