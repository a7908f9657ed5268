/// Numbers that a few lines of Python make too: xₙ₊₁ = 6364136223846793005 xₙ + 1442695040888963407 modulo 2⁶⁴.
struct Congruential {
  var state: UInt64

  /// In [0, 1).
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  mutating func bits(_ count: Int, share: Double) -> [Bool] { (0..<count).map { _ in next() < share } }
}
