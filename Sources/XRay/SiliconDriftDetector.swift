import Foundation

/// A windowless silicon drift detector: how sharply it sees an energy, and how often it sees a photon.
public struct SiliconDriftDetector: Codable, Hashable, Sendable {
  /// eV, full width at half maximum at Mn Kα (5.895 keV).
  public var resolution = 130.0
  /// nm of silicon that absorbs without giving a signal.
  public var deadLayer = 40.0
  /// mm of silicon that gives one.
  public var thickness = 0.5
  /// keV; smaller pulses are taken for noise and not counted.
  public var threshold = 0.1
  /// Degrees between the plane of the sample and the line to the detector.
  public var takeOffAngle = 22.0

  public init() {}

  /// The full width at half maximum in keV of a line at an energy in keV.
  ///
  /// FWHM² = noise² + (8 ln 2) F ε E with the Fano factor F = 0.115 and ε = 3.65 eV per electron-hole pair of silicon.
  public func width(at energy: Double) -> Double {
    (resolution * resolution * 1e-6 + 8 * log(2.0) * 0.115 * 3.65e-3 * (energy - 5.895)).squareRoot()
  }

  /// Photons counted per photon that arrives, at an energy in keV.
  public func efficiency(at energy: Double) -> Double {
    let silicon = 2.33 * (MassAbsorption(of: "Si")?.coefficient(at: energy) ?? 0)
    return exp(-silicon * deadLayer * 1e-7) * -expm1(-silicon * thickness * 0.1)
  }
}
