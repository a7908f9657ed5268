/// A number of bytes, written as `512M`, `2G` or `64K`; K, M, G and T are powers of 1024.
public struct ByteCount: ArgumentValue, Hashable, Sendable {
  public var bytes: Int

  public init(_ bytes: Int) { self.bytes = bytes }

  private static let units: [(letter: Character, factor: Int)] = [
    ("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
  ]

  /// Reads `1.5G`, `64k`, `512MB` and `512MiB` too; a plain number counts bytes. Zero and less are refused.
  public init?(argument: String) {
    var digits = argument[...]
    for ending in ["iB", "ib", "B", "b"] where digits.hasSuffix(ending) && digits.count > ending.count {
      digits = digits.dropLast(ending.count)
      break
    }
    var factor = 1
    if let letter = digits.last?.uppercased(),
      let unit = Self.units.first(where: { String($0.letter) == letter })
    {
      factor = unit.factor
      digits = digits.dropLast()
    }
    guard digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }), let number = Double(digits) else {
      return nil
    }
    let bytes = number * Double(factor)
    guard bytes >= 1, bytes < 9e18 else { return nil }
    self.init(Int(bytes))
  }

  public static var expectation: String { "a size such as 512M, 2G or 64K" }

  /// In the largest unit that needs no fraction.
  public var argument: String {
    for unit in Self.units where bytes >= unit.factor && bytes % unit.factor == 0 {
      return "\(bytes / unit.factor)\(unit.letter)"
    }
    return String(bytes)
  }
}
