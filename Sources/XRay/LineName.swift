/// The names of lines: IUPAC's ("L3M5"), Siegbahn's ("La1") and those of groups ("La").
///
/// Siegbahn's names as in Jenkins et al. 1991, Pure Appl. Chem. 63, 735.
public enum LineName {
  /// Siegbahn's name of a line, "La1"; nil for lines without one.
  public static func siegbahn(_ transition: String) -> String? { byTransition[transition] }

  /// The transitions that a name stands for: of a line ("La1", "L3M5"), a group ("La", "Kb"), a subshell ("L3") or a family
  /// ("L"); nil for what is no name. Greek letters serve too, and small letters for large.
  public static func matches(_ name: String) -> ((String) -> Bool)? {
    let plain = latin(name)
    let (upper, lower) = (plain.uppercased(), plain.lowercased())
    if LineFamily(rawValue: upper) != nil || Subshell(upper).map({ $0.family != nil }) ?? false {
      // "M1" is no line that "M11…" could be taken for: subshells have one digit.
      return { $0.hasPrefix(upper) }
    }
    if let group = groups[lower] { return { group.contains($0) } }
    if let transitions = bySiegbahn[lower] { return { transitions.contains($0) } }
    guard let from = Subshell.inner.first(where: { upper.hasPrefix($0.description) }) else { return nil }
    let rest = upper.dropFirst(from.description.count)
    let isTransition = rest.count >= 2 && Subshell(rest.prefix(2)) != nil && rest.dropFirst(2).allSatisfy(\.isNumber)
    return isTransition ? { $0 == upper } : nil
  }

  /// An element and a line of it: "Nd La" → ("Nd", "La"), "Nd_La" likewise; nil for what is not two words.
  public static func ofElement(_ text: String) -> (element: String, line: String)? {
    let words = text.split(whereSeparator: { " _".contains($0) }).map(String.init)
    return words.count == 2 ? (words[0], words[1]) : nil
  }

  /// The name as it is printed: "La" for "lα", "L3M5" for "l3m5".
  static func canonical(_ name: String) -> String {
    let plain = latin(name)
    let lower = plain.lowercased()
    let isSiegbahn = groups[lower] != nil || bySiegbahn[lower] != nil
    return isSiegbahn ? plain.prefix(1).uppercased() + lower.dropFirst() : plain.uppercased()
  }

  private static func latin(_ name: String) -> String {
    String(name.map { greek[$0] ?? $0 })
  }

  private static let greek: [Character: Character] = [
    "α": "a", "β": "b", "γ": "g", "η": "n", "ζ": "z", "ℓ": "l", "₁": "1", "₂": "2", "₃": "3",
  ]

  private static let siegbahnLines: [(String, [String])] = [
    ("Ka1", ["KL3"]), ("Ka2", ["KL2"]), ("Kb1", ["KM3"]), ("Kb2", ["KN2", "KN3"]), ("Kb3", ["KM2"]), ("Kb4", ["KN4", "KN5"]),
    ("Kb5", ["KM4", "KM5"]), ("La1", ["L3M5"]), ("La2", ["L3M4"]), ("Lb1", ["L2M4"]), ("Lb2", ["L3N5"]), ("Lb15", ["L3N4"]),
    ("Lb3", ["L1M3"]), ("Lb4", ["L1M2"]), ("Lb5", ["L3O4", "L3O45", "L3O5"]), ("Lb6", ["L3N1"]), ("Lb7", ["L3O1"]),
    ("Lb9", ["L1M5"]), ("Lb10", ["L1M4"]), ("Lb17", ["L2M3"]), ("Lg1", ["L2N4"]), ("Lg2", ["L1N2"]), ("Lg3", ["L1N3"]),
    ("Lg4", ["L1O2", "L1O3"]), ("Lg5", ["L2N1"]), ("Lg6", ["L2O4"]), ("Lg8", ["L2O1"]), ("Ll", ["L3M1"]), ("Ln", ["L2M1"]),
    ("Ls", ["L3M3"]), ("Lt", ["L3M2"]), ("Lu", ["L3N6", "L3N7"]), ("Lv", ["L2N6"]), ("Ma1", ["M5N7"]), ("Ma2", ["M5N6"]),
    ("Mb", ["M4N6"]), ("Mg", ["M3N5"]), ("Mz1", ["M5N3"]), ("Mz2", ["M4N2"]),
  ]

  private static let byTransition: [String: String] = {
    var names: [String: String] = ["M5N67": "Ma"]
    for (name, transitions) in siegbahnLines { for transition in transitions { names[transition] = name } }
    return names
  }()

  private static let bySiegbahn: [String: Set<String>] = Dictionary(
    uniqueKeysWithValues: siegbahnLines.map { ($0.0.lowercased(), Set($0.1)) })

  /// What a spectrometer of 130 eV sees as one line, or as one group.
  private static let groups: [String: Set<String>] = {
    func lines(_ prefix: String) -> Set<String> {
      Set(siegbahnLines.filter { $0.0.hasPrefix(prefix) }.flatMap(\.1))
    }
    let outer = ["M1", "M2", "M3", "M4", "M5", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "O", "O1", "O2", "O3", "O4", "O5"]
    return [
      "ka": ["KL1", "KL2", "KL3"], "kb": Set((outer + ["O6", "O7", "P", "P1", "P2", "P3", "P4", "P5"]).map { "K" + $0 }),
      "la": lines("La"), "lb": lines("Lb"), "lg": lines("Lg"), "ma": ["M5N6", "M5N7", "M5N67"], "mz": lines("Mz"),
    ]
  }()
}
