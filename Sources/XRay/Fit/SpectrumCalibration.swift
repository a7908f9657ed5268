public import Microscopy

/// How channels stand to energies, and how wide a line is; what a fit refines.
public struct SpectrumCalibration: Codable, Hashable, Sendable {
  /// What can be refined.
  public enum Parameter: String, Codable, Hashable, Sendable, CaseIterable {
    case offset, scale, noise, slope
  }

  /// keV at the centre of channel 0.
  public var offset: Double
  /// keV per channel.
  public var scale: Double
  /// keV²: the square of the full width at half maximum that a line of no energy would have.
  public var noise: Double
  /// keV: how that square grows per keV, (8 ln 2) F ε (the Fano factor times the energy of a pair).
  public var slope: Double

  public init(offset: Double, scale: Double, noise: Double, slope: Double) {
    self.offset = offset
    self.scale = scale
    self.noise = noise
    self.slope = slope
  }

  /// What an axis and a detector say.
  ///
  /// - Precondition: `energies` is uniform and in keV.
  public init(_ energies: Axis, _ detector: SiliconDriftDetector) {
    let (low, high) = (detector.width(at: 5), detector.width(at: 10))
    offset = energies.offset
    scale = energies.scale
    slope = (high * high - low * low) / 5
    noise = low * low - 5 * slope
  }

  /// keV
  public func energy(ofChannel channel: Double) -> Double { offset + scale * channel }
  public func channel(ofEnergy energy: Double) -> Double { (energy - offset) / scale }

  /// The full width at half maximum in keV of a line at an energy in keV; at least 0.03.
  public func width(at energy: Double) -> Double { max(noise + slope * energy, 9e-4).squareRoot() }

  /// eV, full width at half maximum at Mn Kα.
  public var resolution: Double { 1000 * width(at: 5.895) }

  subscript(parameter: Parameter) -> Double {
    get {
      switch parameter {
      case .offset: offset
      case .scale: scale
      case .noise: noise
      case .slope: slope
      }
    }
    set {
      switch parameter {
      case .offset: offset = newValue
      case .scale: scale = newValue
      case .noise: noise = newValue
      case .slope: slope = newValue
      }
    }
  }

  /// How far from its start a parameter may go: an axis may be 50 eV and 2 % off, a detector's peaks twice as wide.
  func bounds(of parameter: Parameter) -> ClosedRange<Double> {
    switch parameter {
    case .offset: offset - 0.05...offset + 0.05
    case .scale: scale * 0.98...scale * 1.02
    case .noise: min(noise - 0.005, -0.012)...noise + 0.03
    case .slope: slope * 0.4...slope * 2.5
    }
  }

  /// An error of a parameter above which data say too little of it.
  func usefulError(of parameter: Parameter) -> Double {
    switch parameter {
    case .offset: 0.02
    case .scale: scale * 0.005
    case .noise: 0.004
    case .slope: slope * 0.5
    }
  }
}
