/// Where the fit takes its atomic data from.
enum LineSource {
  static func lines(of element: String, beamEnergy: Double) -> [EmissionLine] { EmissionLine.lines(of: element) }

  /// g/mol; nil for what is no element.
  static func atomicWeight(of element: String) -> Double? { Composition.atomicWeights[element] }

  /// keV; the mean of a group's lines by their cross-sections at 200 keV, 0 for a group that is not known.
  static func energy(of element: String, group: String, beamEnergy: Double = 200) -> Double {
    let members = lines(of: element, beamEnergy: beamEnergy).filter { Self.group(ofTransition: $0.transition) == group }
    let total = members.reduce(0) { $0 + $1.crossSection }
    return total > 0 ? members.reduce(0) { $0 + $1.crossSection * $1.energy } / total : 0
  }

  /// The group that a transition belongs to in Siegbahn's names; for one that has no name the shell and "other".
  static func group(ofTransition transition: String) -> String {
    for (group, members) in groups where members.contains(transition) { return group }
    if transition.hasPrefix("KM") || transition.hasPrefix("KN") || transition.hasPrefix("KO") { return "Kb" }
    return "\(transition.prefix(1)) other"
  }

  private static let groups: [(String, Set<String>)] = [
    ("Ka", ["KL2", "KL3"]), ("La", ["L3M4", "L3M5"]), ("Lb1", ["L2M4"]), ("Lb2", ["L3N4", "L3N5"]), ("Lb3", ["L1M3"]),
    ("Lb4", ["L1M2"]), ("Lg1", ["L2N4"]), ("Ll", ["L3M1"]), ("Ln", ["L2M1"]), ("Ma", ["M5N6", "M5N7", "M5N67"]),
    ("Mb", ["M4N6"]), ("Mg", ["M3N5"]), ("Mz", ["M5N3", "M4N2"]),
  ]
}
