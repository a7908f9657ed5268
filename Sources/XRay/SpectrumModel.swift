import Foundation
public import Microscopy

/// The X-ray spectrum of a thin film: lines and continuum, absorbed on the way out and seen by a detector.
public struct SpectrumModel: Sendable {
  /// keV; the cross-sections of the lines hold for 200.
  public static let beamEnergy = 200.0

  /// The energies of the channels' centres in keV, evenly spaced.
  public let energies: Axis
  /// nm
  public let thickness: Double
  public let detector: SiliconDriftDetector

  /// - Precondition: `energies` is uniform.
  public init(energies: Axis, thickness: Double, detector: SiliconDriftDetector = SiliconDriftDetector()) {
    precondition(energies.values == nil)
    self.energies = energies
    self.thickness = thickness
    self.detector = detector
  }

  /// The photons counted in each channel per electron and per atom of a phase on a square centimetre, in cm², were the
  /// detector all around.
  ///
  /// Lines are Gaussians integrated over each channel. The continuum is Lifshin's,
  /// b₀ (E₀−E)/(E₀E) · (1 − (E₀−E)/E₀) + b₁ (E₀−E)²/(E₀²E) (Lifshin 1974), at the channel's centre.
  public func spectrum(of phase: MineralPhase) -> [Double] {
    var channels = (0..<energies.size).map { channel -> Double in
      let energy = energies.value(at: channel)
      guard energy >= detector.threshold, energy < Self.beamEnergy else { return 0 }
      return continuum(of: phase, at: energy) * energies.scale * transmission(of: phase, at: energy)
    }
    for part in phase.composition.parts {
      for line in EmissionLine.lines(of: part.element, beamEnergy: Self.beamEnergy) {
        add(
          line, area: part.fraction * line.crossSection * transmission(of: phase, at: line.energy),
          to: &channels)
      }
    }
    return channels
  }

  /// cm² per keV and atom, before absorption.
  func continuum(of phase: MineralPhase, at energy: Double) -> Double {
    let left = (Self.beamEnergy - energy) / Self.beamEnergy
    return 1e-21 * (phase.continuum.b0 * left * (1 - left) + phase.continuum.b1 * left * left) / energy
  }

  /// The photons of an energy that are counted: those that leave the film towards the detector and are seen by it.
  ///
  /// Photons arise at all depths alike: χ = (μ/ρ) ρt / sin(take-off angle), of which (1 − e^−χ)/χ leave.
  func transmission(of phase: MineralPhase, at energy: Double) -> Double {
    let path = phase.density * thickness * 1e-7 / sin(detector.takeOffAngle * .pi / 180)
    let depth = phase.composition.massAbsorption(at: energy) * path
    return -expm1(-depth) / depth * detector.efficiency(at: energy)
  }

  private func add(_ line: EmissionLine, area: Double, to channels: inout [Double]) {
    let deviation = detector.width(at: line.energy) / (8 * log(2.0)).squareRoot()
    let centre = (line.energy - energies.offset) / energies.scale
    let reach = 6 * deviation / energies.scale
    let lowest = max(centre - reach, (detector.threshold - energies.offset) / energies.scale, 0).rounded(.up)
    let highest = min(centre + reach, Double(energies.size - 1)).rounded(.down)
    guard lowest <= highest else { return }
    /// The part of the line below an edge between channels.
    func below(_ edge: Double) -> Double {
      0.5 * erfc((centre - edge) * energies.scale / (deviation * 2.0.squareRoot()))
    }
    for channel in Int(lowest)...Int(highest) {
      channels[channel] += area * (below(Double(channel) + 0.5) - below(Double(channel) - 0.5))
    }
  }
}
