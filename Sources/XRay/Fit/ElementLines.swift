public import Microscopy

/// The lines of one element that follow from vacancies of one shell: their ratios are physics, their sum is measured.
public struct ElementLines: Hashable, Sendable {
  public let element: String
  public let shell: LineFamily
  public let lines: [EmissionLine]

  /// The families of an element, K first, whose strongest line lies in a range of energies in keV.
  public static func families(
    of element: Element, beamEnergy: Double, within range: ClosedRange<Double>
  ) -> [ElementLines] {
    let lines = EmissionLine.lines(of: element, beamEnergy: beamEnergy)
    return LineFamily.allCases.compactMap { shell in
      let own = lines.filter { $0.family == shell }
      guard let strongest = own.max(by: { $0.crossSection < $1.crossSection }), range.contains(strongest.energy) else {
        return nil
      }
      return ElementLines(element: element.symbol, shell: shell, lines: own)
    }
  }

  /// "Nd L"
  public var name: String { "\(element) \(shell.rawValue)" }

  /// The group of lines that quantification goes by: Kα, Lα or Mα.
  public var mainGroup: String { "\(shell.rawValue)a" }

  /// Whether each line belongs to a group: "Ka", "Lb1", "L3M5"; none to what is no name.
  func isMember(of group: String) -> [Bool] {
    let matches = LineName.matches(group) ?? { _ in false }
    return lines.map { matches($0.transition) }
  }

  /// keV; the mean of a group of lines by their cross-sections. Nil when the family has none of the group.
  public func energy(of group: String) -> Double? {
    let members = zip(lines, isMember(of: group)).filter(\.1).map(\.0)
    let total = members.reduce(0) { $0 + $1.crossSection }
    return total > 0 ? members.reduce(0) { $0 + $1.crossSection * $1.energy } / total : nil
  }

  /// The groups that the family has lines of; together they are nearly all of it.
  public var groups: [String] {
    let names: [String] =
      switch shell {
      case .k: ["Ka", "Kb"]
      case .l: ["La", "Lb", "Lg", "Ll", "Ln"]
      case .m: ["Ma", "Mb", "Mg", "Mz"]
      }
    return names.filter { isMember(of: $0).contains(true) }
  }
}
