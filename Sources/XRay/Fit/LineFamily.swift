/// The lines of one element that follow from vacancies of one shell: their ratios are physics, their sum is measured.
public struct LineFamily: Hashable, Sendable {
  public enum Shell: String, Codable, Hashable, Sendable, CaseIterable { case K, L, M }

  public let element: String
  public let shell: Shell
  public let lines: [EmissionLine]

  /// The families of an element whose strongest line lies in a range of energies in keV, K first.
  public static func families(
    of element: String, beamEnergy: Double, within range: ClosedRange<Double>
  ) -> [LineFamily] {
    let lines = LineSource.lines(of: element, beamEnergy: beamEnergy)
    return Shell.allCases.compactMap { shell in
      let own = lines.filter { $0.transition.hasPrefix(shell.rawValue) }
      guard let strongest = own.max(by: { $0.crossSection < $1.crossSection }), range.contains(strongest.energy) else {
        return nil
      }
      return LineFamily(element: element, shell: shell, lines: own)
    }
  }

  /// "Nd L"
  public var name: String { "\(element) \(shell.rawValue)" }

  /// cm² of all lines together.
  public var crossSection: Double { lines.reduce(0) { $0 + $1.crossSection } }

  /// The group of lines that quantification goes by: Kα, Lα or Mα.
  public var mainGroup: String { "\(shell.rawValue)a" }

  /// keV; the mean of a group of lines by their cross-sections. Nil when the family has none of the group.
  public func energy(of group: String) -> Double? {
    let members = members(of: group)
    let total = members.reduce(0) { $0 + $1.crossSection }
    guard total > 0 else { return nil }
    return members.reduce(0) { $0 + $1.crossSection * $1.energy } / total
  }

  /// The lines of a group, named as Siegbahn did: "Ka", "Lb1".
  public func members(of group: String) -> [EmissionLine] {
    lines.filter { LineSource.group(ofTransition: $0.transition) == group }
  }

  /// The groups of lines, strongest first.
  public var groups: [String] {
    let strengths = Dictionary(grouping: lines) { LineSource.group(ofTransition: $0.transition) }
      .mapValues { $0.reduce(0) { $0 + $1.crossSection } }
    return strengths.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}
