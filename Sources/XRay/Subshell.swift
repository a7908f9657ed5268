/// A subshell of an atom: K, L1 … L3, M1 … M5, and the outer ones that lines come from.
public struct Subshell: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 0 for K, 1 for L1, and so on outwards to 30 for Q3.
  public let index: Int

  private init(_ index: Int) { self.index = index }

  /// The subshell of a name, "L3"; nil where there is none.
  public init?(_ name: some StringProtocol) {
    guard let index = Self.names.firstIndex(of: String(name)) else { return nil }
    self.index = index
  }

  /// As IUPAC names it: "L3".
  public var description: String { Self.names[index] }

  /// The family of the lines that fill a vacancy here; nil further out than M5.
  public var family: LineFamily? {
    switch index {
    case 0: .k
    case 1...3: .l
    case 4...8: .m
    default: nil
    }
  }

  public static func < (left: Subshell, right: Subshell) -> Bool { left.index < right.index }

  /// K, L1 … L3, M1 … M5: those whose ionisation gives lines.
  public static let inner: [Subshell] = (0..<9).map(Subshell.init)
  /// Every subshell.
  static let all: [Subshell] = names.indices.map(Subshell.init)

  private static let names = [
    "K", "L1", "L2", "L3", "M1", "M2", "M3", "M4", "M5", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "O1", "O2", "O3", "O4", "O5",
    "O6", "O7", "P1", "P2", "P3", "P4", "P5", "Q1", "Q2", "Q3",
  ]
}

/// Lines that fill vacancies of one shell.
public enum LineFamily: String, Codable, CaseIterable, Sendable, Comparable {
  case k = "K"
  case l = "L"
  case m = "M"

  public static func < (left: LineFamily, right: LineFamily) -> Bool { left.rawValue < right.rawValue }
}
