/// The order of file names as people count: scan2 before scan10, tilt_-40 before tilt_-20, folder by folder.
///
/// A minus or plus is a sign where it follows "_", "=" or "(" and a digit follows it; elsewhere it is a dash.
struct NaturalOrder: Comparable {
  private enum Piece: Equatable {
    case number(isNegative: Bool, digits: [UInt8])
    case text([UInt32])
  }

  private let components: [[Piece]]
  /// Decides between names that count as equal: a01 and a1, A and a.
  private let path: String

  init(_ path: String) {
    self.path = path
    components = path.split(separator: "/").map { Self.pieces(of: $0) }
  }

  static func < (a: Self, b: Self) -> Bool {
    for (one, other) in zip(a.components, b.components) where one != other {
      for (x, y) in zip(one, other) where x != y { return precedes(x, y) }
      return one.count < other.count
    }
    if a.components.count != b.components.count { return a.components.count < b.components.count }
    return a.path < b.path
  }

  private static func precedes(_ a: Piece, _ b: Piece) -> Bool {
    switch (a, b) {
    case (.number(let isNegative, let digits), .number(let isOtherNegative, let others)):
      if isNegative != isOtherNegative { return isNegative }
      let isSmaller = digits.count == others.count ? digits.lexicographicallyPrecedes(others) : digits.count < others.count
      return isSmaller != isNegative
    case (.number, .text): return true
    case (.text, .number): return false
    case (.text(let text), .text(let other)): return text.lexicographicallyPrecedes(other)
    }
  }

  private static func pieces(of name: Substring) -> [Piece] {
    let scalars = Array(name.lowercased().unicodeScalars)
    func isDigit(_ index: Int) -> Bool { index < scalars.count && ("0"..."9").contains(scalars[index]) }
    var pieces: [Piece] = []
    var text: [UInt32] = []
    var index = 0
    while index < scalars.count {
      let isSign =
        ["-", "+"].contains(scalars[index]) && isDigit(index + 1) && index > 0 && ["_", "=", "("].contains(scalars[index - 1])
      guard isDigit(index) || isSign else {
        text.append(scalars[index].value)
        index += 1
        continue
      }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
      let isMinus = isSign && scalars[index] == "-"
      if isSign { index += 1 }
      var digits: [UInt8] = []
      while isDigit(index) {
        if !digits.isEmpty || scalars[index] != "0" { digits.append(UInt8(scalars[index].value & 0xF)) }
        index += 1
      }
      pieces.append(.number(isNegative: isMinus && !digits.isEmpty, digits: digits))
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }
}
