/// The names of X-ray lines as most people say them.
enum SiegbahnName {
  /// "Kα" for "KL3"; lines that are drawn under one name have the same. Nil for lines that have none.
  ///
  /// After the table of Jenkins, Manne, Robin and Senemaud 1991 (IUPAC), without the numbers that tell close lines apart.
  static func family(ofTransition transition: String) -> String? {
    for (name, transitions) in families where transitions.contains(transition) { return name }
    return nil
  }

  private static let families: [(String, Set<String>)] = [
    ("Kα", ["KL3", "KL2", "KL23"]),
    ("Kβ", ["KM3", "KM2", "KM23", "KN3", "KN2", "KN23", "KM4", "KM5", "KM45", "KN4", "KN5"]),
    ("Lα", ["L3M5", "L3M4", "L3M45"]),
    ("Lβ", ["L2M4", "L1M3", "L1M2", "L3N5", "L3N4", "L3N45", "L3N1", "L3O4", "L3O5", "L3O45", "L1M4", "L1M5", "L1M45", "L3N67"]),
    ("Lγ", ["L2N4", "L1N2", "L1N3", "L1N23", "L2N1", "L2O4", "L1O3", "L1O2", "L1O23", "L2O1"]),
    ("Ll", ["L3M1"]), ("Lη", ["L2M1"]),
    ("Mα", ["M5N7", "M5N6", "M5N67"]), ("Mβ", ["M4N6"]), ("Mγ", ["M3N5", "M3N4", "M3N45"]),
    ("Mζ", ["M5N3", "M4N2", "M4N23"]),
  ]
}
