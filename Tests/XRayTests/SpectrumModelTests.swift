import Foundation
import Microscopy
import Testing

@testable import XRay

struct SpectrumModelTests {
  private let model = SpectrumModel(
    energies: Axis(name: "Energy", size: 2048, scale: 0.01, offset: 0.005, units: "keV", role: .signal),
    thickness: 117)

  @Test func theDetectorHasItsWidthsAndEfficiencies() {
    let detector = SiliconDriftDetector()
    #expect(abs(detector.width(at: 5.895) - 0.130) < 1e-9)
    #expect((0.060...0.075).contains(detector.width(at: 0.525)))
    #expect((0.130...0.140).contains(detector.width(at: 6.404)))
    #expect(detector.width(at: 13.6) > detector.width(at: 6.4))
    for energy in stride(from: 0.1, through: 25, by: 0.1) {
      #expect((0...1).contains(detector.efficiency(at: energy)))
    }
    #expect(detector.efficiency(at: 0.525) < detector.efficiency(at: 1.7))
    #expect(detector.efficiency(at: 1.9) < detector.efficiency(at: 1.8))
    #expect((0.35...0.45).contains(detector.efficiency(at: 20)))
  }

  @Test(arguments: [
    (MineralPhase.bridgmanite, [0.525, 1.254, 1.740, 3.691, 6.400]),
    (.ferropericlase, [0.525, 1.254, 6.400]),
    (.calciumPerovskite, [0.525, 1.740, 3.691, 5.229, 3.170]),
  ])
  func peaksStandAtTheirLines(phase: MineralPhase, energies: [Double]) {
    let spectrum = model.spectrum(of: phase)
    for energy in energies {
      let channel = Int(energy / 0.01)
      let top = (channel - 8...channel + 8).max { spectrum[$0] < spectrum[$1] }
      let distance = abs((top ?? 0) - channel)
      #expect(distance <= 1, "\(energy) keV")
    }
  }

  @Test func aPeakHasItsAreaAndWidth() throws {
    let phase = MineralPhase(
      name: "iron", abbreviation: "Fe", composition: ["Fe": 1], density: 7.87, continuum: .init(b0: 0, b1: 0))
    let spectrum = model.spectrum(of: phase)
    let lines = EmissionLine.lines(of: "Fe", beamEnergy: 200).filter { $0.transition.hasPrefix("K") }
    let expected = lines.reduce(0) { $0 + $1.crossSection * model.transmission(of: phase, at: $1.energy) }
    let found = spectrum[550..<800].reduce(0, +)
    #expect(abs(found / expected - 1) < 1e-6)
    let alpha = (600..<680).filter { spectrum[$0] > 0.5 * (spectrum[600..<680].max() ?? 0) }
    // Kα1 and Kα2 together are a little wider than one line.
    #expect((13...15).contains(alpha.count))
  }

  @Test func theContinuumIsThatOfItsFormula() {
    let phase = MineralPhase.ferropericlase
    let energy = 10.0
    let left = (200 - energy) / (200 * energy) * (1 - (200 - energy) / 200)
    let right = (200 - energy) * (200 - energy) / (200 * 200 * energy)
    let expected = (7.853e-4 * left + 3.658e-4 * right) * 1e-21
    #expect(abs(model.continuum(of: phase, at: energy) / expected - 1) < 1e-12)
  }

  @Test func absorptionActsOnSoftXRays() {
    let phase = MineralPhase.bridgmanite
    let thick = SpectrumModel(energies: model.energies, thickness: 234)
    func escape(_ model: SpectrumModel, _ energy: Double) -> Double {
      model.transmission(of: phase, at: energy) / model.detector.efficiency(at: energy)
    }
    #expect(escape(model, 0.525) < 0.8)
    #expect(escape(model, 6.4) > 0.99)
    #expect(escape(thick, 0.525) < escape(model, 0.525))
  }

  @Test func nothingIsCountedBelowTheThreshold() {
    let spectrum = model.spectrum(of: .calciumPerovskite)
    #expect(spectrum[..<10].allSatisfy { $0 == 0 })
    #expect(spectrum[10...].allSatisfy { $0 > 0 })
  }

  @Test func theTotalDoesNotDependOnTheChannels() {
    let total = model.spectrum(of: .bridgmanite).reduce(0, +)
    for size in [256, 1000, 4096] {
      let scale = 20.48 / Double(size)
      let axis = Axis(
        name: "Energy", size: size, scale: scale, offset: scale / 2, units: "keV", role: .signal)
      let other = SpectrumModel(energies: axis, thickness: 117).spectrum(of: .bridgmanite).reduce(0, +)
      #expect(abs(other / total - 1) < 0.01)
    }
  }

  /// In the published spectrum of bridgmanite the continuum is a twentieth to a tenth of all counts.
  @Test func theContinuumHasItsShare() {
    let phase = MineralPhase.bridgmanite
    let bare = MineralPhase(
      name: "", abbreviation: "", composition: phase.composition, density: 4.5, continuum: .init(b0: 0, b1: 0)
    )
    let share = 1 - model.spectrum(of: bare).reduce(0, +) / model.spectrum(of: phase).reduce(0, +)
    #expect((0.03...0.10).contains(share))
  }

  @Test func anyBeamEnergyServes() {
    let slow = SpectrumModel(energies: model.energies, thickness: 117, beamEnergy: 15)
    let spectrum = slow.spectrum(of: .calciumPerovskite)
    // No photon is faster than the beam, and U L (edge 17.2 keV) is out of reach.
    #expect(spectrum[1510...].allSatisfy { $0 == 0 })
    #expect(spectrum[369] > 5 * spectrum[400 + 50])
    #expect(!slow.peaks(of: .calciumPerovskite).contains { $0.line.element == "U" && $0.line.family == .l })
    #expect(model.peaks(of: .calciumPerovskite).contains { $0.line.element == "U" && $0.line.family == .l })
  }

  @Test func theAreasOfThePeaksAreThoseOfTheSpectrum() {
    let bare = MineralPhase(
      name: "", composition: MineralPhase.calciumPerovskite.composition, density: 4.5, continuum: .init(b0: 0, b1: 0))
    for (escape, pileUp) in [(false, 0.0), (true, 0), (false, 0.1)] {
      var model = model
      model.hasEscapePeaks = escape
      model.pileUp = pileUp
      let total = model.spectrum(of: bare).reduce(0, +)
      let areas = model.peaks(of: bare).reduce(0) { $0 + $1.area }
      if !escape, pileUp == 0 {
        // The softest lines lie astride the threshold.
        #expect(abs(areas / total - 1) < 0.01)
      } else {
        #expect(areas < total)
      }
      if pileUp > 0 { #expect(abs(areas / (0.9 * total) - 1) < 0.01) }
    }
  }

  @Test func escapePeaksStandBelowTheirLines() {
    let phase = MineralPhase(name: "iron", composition: ["Fe": 1], density: 7.87, continuum: .init(b0: 0, b1: 0))
    var escaping = model
    escaping.hasEscapePeaks = true
    let (before, after) = (model.spectrum(of: phase), escaping.spectrum(of: phase))
    let (escaped, alpha) = (after[440..<490].reduce(0, +), before[620..<660].reduce(0, +))
    #expect(abs(escaped / alpha / model.detector.escape(at: 6.4) - 1) < 0.02)
    #expect(before[440..<490].allSatisfy { $0 == 0 })
    let top = (440..<490).max { after[$0] < after[$1] }
    #expect(abs((top ?? 0) - 466) <= 1)
    let (total, sum) = (before.reduce(0, +), after.reduce(0, +))
    #expect(abs(sum / total - 1) < 1e-6)
  }

  @Test func sumPeaksStandAtTheSumOfTheirLines() {
    let phase = MineralPhase(name: "iron", composition: ["Fe": 1], density: 7.87, continuum: .init(b0: 0, b1: 0))
    var piled = model
    piled.pileUp = 0.02
    let (before, after) = (model.spectrum(of: phase), piled.spectrum(of: phase))
    let top = (1240..<1310).max { after[$0] < after[$1] }
    #expect(abs((top ?? 0) - 1280) <= 1)
    let (total, found) = (before.reduce(0, +), after[1240..<1320].reduce(0, +))
    let alpha = before[600..<690].reduce(0, +) / total
    // Two independent photons: p α² of the pulses are two of Kα.
    let expected = 0.02 * alpha * alpha * total
    #expect(abs(found / expected - 1) < 0.01)
    #expect(abs(after.reduce(0, +) / total - 1) < 1e-9)
  }

  @Test func aConvolutionIsThatOfANaiveLoop() {
    let axis = Axis(name: "Energy", size: 7, scale: 1, offset: 1, units: "keV", role: .signal)
    var model = SpectrumModel(energies: axis, thickness: 1)
    model.pileUp = 0.25
    // Channel i is i + 1 keV: two photons of channels i and j are counted in channel i + j + 1.
    let channels = [0.0, 3, 1, 0, 2, 0, 0]
    var expected = channels.map { $0 * 0.75 }
    for one in 0..<7 {
      for other in 0..<7 where one + other + 1 < 7 {
        expected[one + other + 1] += 0.25 * channels[one] * channels[other] / 6
      }
    }
    for (found, wanted) in zip(model.piledUp(channels), expected) { #expect(abs(found - wanted) < 1e-12) }
  }
}
