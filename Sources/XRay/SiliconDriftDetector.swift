import Foundation

/// A silicon drift detector: how sharply it sees an energy, and how often it sees a photon.
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
  /// Degrees between the beam and the sample's normal.
  public var tilt = 0.0
  /// What stands before it; none by default.
  public var window = DetectorWindow.none
  /// nm of aluminium on the entrance face; none by default.
  public var contact = 0.0

  public init() {}

  /// The full width at half maximum in keV of a line at an energy in keV.
  ///
  /// FWHM² = noise² + (8 ln 2) F ε E with the Fano factor F = 0.115 and ε = 3.65 eV per electron-hole pair of silicon.
  public func width(at energy: Double) -> Double {
    let square = resolution * resolution * 1e-6 + 8 * log(2.0) * 0.115 * 3.65e-3 * (energy - 5.895)
    // A resolution that leaves nothing for noise would make a negative square.
    return max(square, 8 * log(2.0) * 0.115 * 3.65e-3 * max(energy, 0)).squareRoot()
  }

  /// Photons counted per photon that arrives, at an energy in keV: those that pass window, contact and dead layer, and are
  /// absorbed in the thickness.
  public func efficiency(at energy: Double) -> Double {
    let silicon = Layer.silicon.absorption(at: energy)
    let front = silicon * deadLayer * 1e-7 + Layer.aluminium.absorption(at: energy) * contact * 1e-7
    return window.transmission(at: energy) * exp(-front) * -expm1(-silicon * thickness * 0.1)
  }

  /// Of the photons of an energy in keV that are counted, those whose silicon fluorescence leaves by the front: they are
  /// counted 1.740 keV lower.
  ///
  /// Reed & Ware 1972, J. Phys. E 5, 582, for photons that arrive at right angles.
  public func escape(at energy: Double) -> Double { SiliconEscape.fraction(at: energy) }
}

/// What stands before a detector.
public enum DetectorWindow: Codable, Hashable, Sendable {
  case none
  /// A foil of beryllium, in µm.
  case beryllium(thickness: Double)
  /// A film of polymer (C₁₀H₈O₄, 1.38 g/cm³) with aluminium on it, both in nm, on a grid of silicon bars of a thickness in µm
  /// that leaves a fraction open.
  case polymer(thickness: Double, aluminium: Double, grid: Double, open: Double)

  /// Of the kind of AP3.3: 300 nm with 40 nm of aluminium, on bars of 380 µm that leave 77 % open.
  public static let ultraThin = DetectorWindow.polymer(thickness: 300, aluminium: 40, grid: 380, open: 0.77)

  /// Photons that pass, of an energy in keV.
  public func transmission(at energy: Double) -> Double {
    switch self {
    case .none: return 1
    case .beryllium(let thickness): return exp(-Layer.beryllium.absorption(at: energy) * thickness * 1e-4)
    case .polymer(let thickness, let aluminium, let grid, let open):
      let film = Layer.polymer.absorption(at: energy) * thickness * 1e-7
      let metal = Layer.aluminium.absorption(at: energy) * aluminium * 1e-7
      let bars = exp(-Layer.silicon.absorption(at: energy) * grid * 1e-4)
      return exp(-film - metal) * (open + (1 - open) * bars)
    }
  }
}

/// A material that detectors are made of.
private struct Layer {
  /// g/cm³
  let density: Double
  let composition: Composition

  /// 1/cm
  func absorption(at energy: Double) -> Double { density * composition.massAbsorption(at: energy) }

  static let silicon = Layer(density: 2.33, composition: ["Si": 1])
  static let aluminium = Layer(density: 2.70, composition: ["Al": 1])
  static let beryllium = Layer(density: 1.848, composition: ["Be": 1])
  static let polymer = Layer(density: 1.38, composition: ["C": 10, "H": 8, "O": 4])
}
