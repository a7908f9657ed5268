/// A chemical element.
public struct Element: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 1 to 118.
  public let atomicNumber: Int

  /// The element of an atomic number; nil where there is none.
  public init?(atomicNumber: Int) {
    guard Self.symbols.indices.contains(atomicNumber - 1) else { return nil }
    self.atomicNumber = atomicNumber
  }

  /// The element of a symbol, written as it is: "Fe", not "FE"; nil where there is none.
  public init?(symbol: String) {
    guard let number = Self.numbers[symbol] else { return nil }
    atomicNumber = number
  }

  public var symbol: String { Self.symbols[atomicNumber - 1] }

  /// g/mol: IUPAC's standard atomic weight, abridged to five digits (Prohaska et al. 2022, Pure Appl. Chem. 94, 573); of
  /// an element without stable isotopes, the mass number of its longest-lived one.
  public var atomicWeight: Double { Self.atomicWeights[atomicNumber - 1] }

  public var description: String { symbol }

  public static func < (left: Element, right: Element) -> Bool { left.atomicNumber < right.atomicNumber }

  /// Every element, by atomic number.
  public static var all: [Element] { symbols.indices.compactMap { Element(atomicNumber: $0 + 1) } }

  private static let symbols = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru \
    Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At \
    Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
    """.split(separator: " ").map(String.init)

  private static let numbers = Dictionary(uniqueKeysWithValues: zip(symbols, 1...symbols.count))

  private static let atomicWeights: [Double] = [
    1.0080, 4.0026, 6.94, 9.0122, 10.81, 12.011, 14.007, 15.999, 18.998, 20.180, 22.990, 24.305, 26.982, 28.085, 30.974, 32.06,
    35.45, 39.95, 39.098, 40.078, 44.956, 47.867, 50.942, 51.996, 54.938, 55.845, 58.933, 58.693, 63.546, 65.38, 69.723, 72.630,
    74.922, 78.971, 79.904, 83.798, 85.468, 87.62, 88.906, 91.224, 92.906, 95.95, 97, 101.07, 102.91, 106.42, 107.87, 112.41,
    114.82, 118.71, 121.76, 127.60, 126.90, 131.29, 132.91, 137.33, 138.91, 140.12, 140.91, 144.24, 145, 150.36, 151.96, 157.25,
    158.93, 162.50, 164.93, 167.26, 168.93, 173.05, 174.97, 178.49, 180.95, 183.84, 186.21, 190.23, 192.22, 195.08, 196.97,
    200.59, 204.38, 207.2, 208.98, 209, 210, 222, 223, 226, 227, 232.04, 231.04, 238.03, 237, 244, 243, 247, 247, 251, 252, 257,
    258, 259, 262, 267, 268, 269, 270, 269, 277, 281, 282, 285, 286, 290, 290, 293, 294, 294,
  ]
}
