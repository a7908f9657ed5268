import Foundation
public import Microscopy

/// The X-ray spectrum of a thin film: lines and continuum, absorbed on the way out and seen by a detector.
public struct SpectrumModel: Sendable {
  /// The energies of the channels' centres in keV, evenly spaced.
  public let energies: Axis
  /// nm
  public let thickness: Double
  public let detector: SiliconDriftDetector
  /// keV
  public let beamEnergy: Double
  public let ionization: IonizationModel
  /// Whether the fluorescence of silicon that leaves the detector makes peaks 1.740 keV below.
  public var hasEscapePeaks = false
  /// Of the pulses that are counted, those that are two photons at once.
  public var pileUp = 0.0

  /// - Precondition: `energies` is uniform.
  public init(
    energies: Axis, thickness: Double, detector: SiliconDriftDetector = SiliconDriftDetector(), beamEnergy: Double = 200,
    ionization: IonizationModel = .usual
  ) {
    precondition(energies.values == nil)
    self.energies = energies
    self.thickness = thickness
    self.detector = detector
    self.beamEnergy = beamEnergy
    self.ionization = ionization
  }

  /// A line as it is counted.
  public struct Peak: Hashable, Sendable {
    public let line: EmissionLine
    /// cm² per atom of the phase: the area of the line's own peak, without what is lost to escape and sum peaks.
    public let area: Double
  }

  /// The photons counted in each channel per electron and per atom of a phase on a square centimetre, in cm², were the
  /// detector all around.
  ///
  /// Lines are Gaussians integrated over each channel. The continuum is Lifshin's,
  /// b₀ (E₀−E)/(E₀E) · (1 − (E₀−E)/E₀) + b₁ (E₀−E)²/(E₀²E) (Lifshin 1974), at the channel's centre.
  public func spectrum(of phase: MineralPhase) -> [Double] {
    var channels = (0..<energies.size).map { channel -> Double in
      let energy = energies.value(at: channel)
      guard energy >= detector.threshold, energy < beamEnergy else { return 0 }
      return continuum(of: phase, at: energy) * energies.scale * transmission(of: phase, at: energy)
    }
    if hasEscapePeaks { moveEscapes(in: &channels) }
    for part in phase.composition.parts {
      for line in lines(of: part.element) {
        let area = part.fraction * line.crossSection * transmission(of: phase, at: line.energy)
        let escape = hasEscapePeaks ? detector.escape(at: line.energy) : 0
        add(line.energy, area: area * (1 - escape), to: &channels)
        if escape > 0 { add(line.energy - SiliconEscape.energy, area: area * escape, to: &channels) }
      }
    }
    return pileUp > 0 ? piledUp(channels) : channels
  }

  /// The lines of a phase that are counted in the channels.
  public func peaks(of phase: MineralPhase) -> [Peak] {
    let range = energies.value(at: 0) - energies.scale / 2...energies.value(at: energies.size - 1) + energies.scale / 2
    return phase.composition.parts.flatMap { part in
      lines(of: part.element).filter { range.contains($0.energy) && $0.energy >= detector.threshold }.map { line in
        let escape = hasEscapePeaks ? detector.escape(at: line.energy) : 0
        let area = part.fraction * line.crossSection * transmission(of: phase, at: line.energy)
        return Peak(line: line, area: area * (1 - escape) * (1 - pileUp))
      }
    }
  }

  private func lines(of element: String) -> [EmissionLine] {
    EmissionLine.lines(of: element, beamEnergy: beamEnergy, model: ionization)
  }

  /// cm² per keV and atom, before absorption.
  func continuum(of phase: MineralPhase, at energy: Double) -> Double {
    let left = (beamEnergy - energy) / beamEnergy
    return 1e-21 * (phase.continuum.b0 * left * (1 - left) + phase.continuum.b1 * left * left) / energy
  }

  /// The photons of an energy that are counted: those that leave the film towards the detector and are seen by it.
  ///
  /// Photons arise at all depths alike: χ = (μ/ρ) ρt / sin(take-off angle), of which (1 − e^−χ)/χ leave.
  public func transmission(of phase: MineralPhase, at energy: Double) -> Double {
    let path = phase.density * thickness * 1e-7 / sin(detector.takeOffAngle * .pi / 180)
    let depth = phase.composition.massAbsorption(at: energy) * path
    return (depth > 0 ? -expm1(-depth) / depth : 1) * detector.efficiency(at: energy)
  }

  private func add(_ energy: Double, area: Double, to channels: inout [Double]) {
    let deviation = detector.width(at: energy) / (8 * log(2.0)).squareRoot()
    let centre = (energy - energies.offset) / energies.scale
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
