/// Elements by their number, as files of Analysis Station name them.
enum JEOLElement {
  private static let symbols = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc
    Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi
    Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  static func symbol(_ number: Int) -> String? {
    (1...symbols.count).contains(number) ? symbols[number - 1] : nil
  }
}
