/// The SHA-256 digest of bytes in hexadecimal (FIPS 180-4), for comparing arrays with recorded digests.
func sha256(_ message: [UInt8]) -> String {
  // The first 32 bits of the fractional parts of the cube roots and square roots of the first primes.
  var primes: [UInt64] = []
  var candidate: UInt64 = 2
  while primes.count < 64 {
    if !primes.contains(where: { candidate % $0 == 0 }) { primes.append(candidate) }
    candidate += 1
  }
  func fraction(_ power: Int, _ prime: UInt64) -> UInt32 {
    // The largest r with r^power ≤ prime · 2^(32·power), by bisection; its low 32 bits are the fraction.
    var low: UInt64 = 0
    var high: UInt64 = 1 << 37
    while high - low > 1 {
      let middle = (low + high) / 2
      if isAtMost(middle, power, prime) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
  let constants = primes.map { fraction(3, $0) }
  var state = primes.prefix(8).map { fraction(2, $0) }
  var padded = message + [0x80]
  padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
  func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }
  var words = [UInt32](repeating: 0, count: 64)
  for start in stride(from: 0, to: padded.count, by: 64) {
    for index in 0..<16 {
      words[index] = (0..<4).reduce(0) { $0 << 8 | UInt32(padded[start + index * 4 + $1]) }
    }
    for index in 16..<64 {
      let a = words[index - 15]
      let b = words[index - 2]
      let first = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3
      let second = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10
      words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let choice = e & f ^ ~e & g
      let first = h &+ sum &+ choice &+ constants[index] &+ words[index]
      let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }
  return state.map { value in
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
}

/// Whether root^power ≤ prime · 2^(32·power).
private func isAtMost(_ root: UInt64, _ power: Int, _ prime: UInt64) -> Bool {
  if power == 2 {
    let square = root.multipliedFullWidth(by: root)
    return (square.high, square.low) <= (prime, 0)
  }
  // root < 2^37, so that root² < 2^74 and root³ < 2^111: multiply the two halves of the square one after the other.
  let square = root.multipliedFullWidth(by: root)
  let low = square.low.multipliedFullWidth(by: root)
  let high = square.high * root + low.high
  return (high, low.low) <= (prime << 32, 0)
}
