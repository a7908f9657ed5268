public import Microscopy

/// The lines of one element that follow from vacancies of one shell, or of one subshell: their ratios are physics, their sum is
/// measured.
public struct ElementLines: Hashable, Sendable {
  public let element: String
  public let shell: LineFamily
  /// "M5" for the lines of one subshell alone; nil for those of the shell.
  public let subshell: String?
  public let lines: [EmissionLine]

  /// The families of an element, K first, whose strongest line lies in a range of energies in keV.
  ///
  /// - Parameter freeSubshells: whether the lines of each subshell of L and M are a family of their own: the ratios between
  ///   subshells are less well known than those within one.
  public static func families(
    of element: Element, beamEnergy: Double, within range: ClosedRange<Double>, freeSubshells: Bool = false,
    model: IonizationModel = .usual
  ) -> [ElementLines] {
    let lines = EmissionLine.lines(of: element, beamEnergy: beamEnergy, model: model)
    return LineFamily.allCases.flatMap { shell -> [ElementLines] in
      let own = lines.filter { $0.family == shell }
      guard let strongest = own.max(by: { $0.crossSection < $1.crossSection }), range.contains(strongest.energy) else {
        return []
      }
      guard freeSubshells, shell != .k else {
        return [ElementLines(element: element.symbol, shell: shell, subshell: nil, lines: own)]
      }
      return Dictionary(grouping: own) { String($0.transition.prefix(2)) }.sorted { $0.key < $1.key }.map { subshell, lines in
        ElementLines(element: element.symbol, shell: shell, subshell: subshell, lines: lines)
      }
    }
  }

  /// Those of some elements that have a main line on an axis of energies in keV: of what a sample holds, what its spectrum can
  /// show.
  ///
  /// - Parameter symbols: what is no element stays, to be refused by whoever looks for it.
  public static func measurable(_ symbols: [String], beamEnergy: Double, energies: Axis) -> [String] {
    let low = max(energies.value(at: 0), 0)
    let high = max(low, min(energies.value(at: energies.size - 1), beamEnergy))
    return symbols.filter { symbol in
      guard let element = Element(symbol: symbol) else { return true }
      let own = families(of: element, beamEnergy: beamEnergy, within: 0...high + 1)
      return own.contains { $0.energy(of: $0.mainGroup).map { $0 > 0.25 && (low...high).contains($0) } ?? false }
    }
  }

  /// "Nd L", "Pt M5"
  public var name: String { "\(element) \(subshell ?? shell.rawValue)" }

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
