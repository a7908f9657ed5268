public import Microscopy

/// The ionisation of a subshell by a beam.
public struct ShellIonization: Hashable, Sendable {
  public let shell: Subshell
  /// keV
  public let edge: Double
  /// cm²
  public let crossSection: Double
  /// cm²: with the vacancies that deeper shells leave here as they decay.
  public let vacancies: Double
  /// Photons per vacancy.
  public let fluorescenceYield: Double

  /// The inner subshells of an element that a beam of an energy in keV ionises.
  public static func of(
    _ element: Element, beamEnergy: Double, model: IonizationModel = .usual
  ) -> [ShellIonization] {
    guard let atom = Atom.of(element) else { return [] }
    let ionizations = atom.ionizations(beamEnergy: beamEnergy, model: model)
    let vacancies = atom.vacancies(ionizations)
    return Subshell.inner.compactMap { shell in
      guard let fit = IonizationFit.of(element, shell), ionizations[shell.index] > 0 else { return nil }
      return ShellIonization(
        shell: shell, edge: fit.edge * 1e-3, crossSection: ionizations[shell.index], vacancies: vacancies[shell.index],
        fluorescenceYield: AtomicTables.fluorescenceYield(element, shell))
    }
  }
}
