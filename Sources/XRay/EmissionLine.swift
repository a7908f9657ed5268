public import Microscopy

/// An X-ray line of an element, as strong as a beam of electrons makes it in a thin film.
public struct EmissionLine: Hashable, Sendable {
  /// The element's symbol.
  public let element: String
  /// Where the vacancy was and where it went, in the notation of IUPAC: "KL3"; "M5N67" joins two.
  public let transition: String
  public let family: LineFamily
  /// keV
  public let energy: Double
  /// The natural full width at half maximum, of a Lorentzian, in keV: the sum of the widths of the two levels; 0 where unknown.
  public let width: Double
  /// Photons in all directions per incident electron and per atom on a square centimetre: the cross-section of the
  /// ionisation times cascades, fluorescence yield and radiative rate, in cm².
  public let crossSection: Double

  /// As Siegbahn named it, "Ka1"; nil for lines without such a name.
  public var siegbahn: String? { LineName.siegbahn(transition) }

  /// Which tables the atomic data are from: "xraylib 4.0.0".
  public static var tables: String { AtomicTables.version }

  /// The lines of an element for a beam energy in keV, by family and then by energy; none for an element that is not known.
  ///
  /// Ionisation as in `IonizationModel`; cascades, fluorescence yields, rates, energies and widths are those of xraylib.
  /// Vacancies of deeper shells are followed as they decay: Auger, Coster-Kronig and radiative.
  ///
  /// - Parameters:
  ///   - weakest: lines that are weaker, against the strongest of their family, are left out.
  ///   - above: lines of lower energy, in keV, are left out.
  public static func lines(
    of element: String, beamEnergy: Double, weakest: Double = 1e-3, above: Double = 0.05, model: IonizationModel = .usual
  ) -> [EmissionLine] {
    guard let element = Element(symbol: element) else { return [] }
    return lines(of: element, beamEnergy: beamEnergy, weakest: weakest, above: above, model: model)
  }

  public static func lines(
    of element: Element, beamEnergy: Double, weakest: Double = 1e-3, above: Double = 0.05,
    model: IonizationModel = .usual
  ) -> [EmissionLine] {
    guard let atom = Atom.of(element) else { return [] }
    let vacancies = atom.vacancies(atom.ionizations(beamEnergy: beamEnergy, model: model))
    var lines: [EmissionLine] = []
    for decay in atom.decays {
      guard let family = decay.shell.family, decay.energy >= above, decay.energy < beamEnergy else { continue }
      lines.append(
        EmissionLine(
          element: element.symbol, transition: decay.transition, family: family, energy: decay.energy, width: decay.width,
          crossSection: vacancies[decay.shell.index] * decay.yield))
    }
    return LineFamily.allCases.flatMap { family in
      let members = lines.filter { $0.family == family && $0.crossSection > 0 }
      let strongest = members.reduce(0) { max($0, $1.crossSection) }
      return members.filter { $0.crossSection >= weakest * strongest }
        .sorted { ($0.energy, $0.transition) < ($1.energy, $1.transition) }
    }
  }
}
