import Foundation
internal import Microscopy

/// The fluorescence of silicon that leaves the detector.
enum SiliconEscape {
  /// keV lost with it: Si Kα.
  static let energy = 1.740

  /// ½ ω (1 − 1/r) [1 − (μ_K/μ) ln(1 + μ/μ_K)] with the fluorescence yield ω and the jump ratio r of silicon's K edge, and its
  /// absorption μ for the photon and μ_K for its own Kα; 0 below the edge. (Reed & Ware 1972, J. Phys. E 5, 582.)
  static func fraction(at energy: Double) -> Double {
    guard energy > constants.edge else { return 0 }
    let ratio = constants.own / AtomicTables.massAbsorption(constants.silicon, at: min(energy, 800))
    return constants.scale * (1 - ratio * log1p(1 / ratio))
  }

  private struct Constants: Sendable {
    let silicon: Element
    let edge: Double
    let own: Double
    let scale: Double
  }

  private static let constants: Constants = {
    guard let silicon = Element(atomicNumber: 14), let shell = Subshell("K") else { preconditionFailure("there is silicon") }
    let jump = AtomicTables.jumpRatio(silicon, shell)
    let yield = AtomicTables.fluorescenceYield(silicon, shell)
    return Constants(
      silicon: silicon, edge: AtomicTables.edge(silicon, shell),
      own: AtomicTables.massAbsorption(silicon, at: energy), scale: 0.5 * yield * (1 - 1 / jump))
  }()
}
