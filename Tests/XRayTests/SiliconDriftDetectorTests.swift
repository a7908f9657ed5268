import Foundation
import Microscopy
import Testing

@testable import XRay

struct SiliconDriftDetectorTests {
  @Test func windowsAndContactsAbsorb() {
    let bare = SiliconDriftDetector()
    var beryllium = bare
    beryllium.window = .beryllium(thickness: 8)
    var polymer = bare
    polymer.window = .ultraThin
    var coated = bare
    coated.contact = 30
    for energy in [0.277, 0.525, 1.254, 3.69, 6.4, 15] {
      for other in [beryllium, polymer, coated] {
        #expect(other.efficiency(at: energy) < bare.efficiency(at: energy))
      }
    }
    #expect(beryllium.efficiency(at: 0.525) < 0.01)
    #expect(beryllium.efficiency(at: 6.4) > 0.98 * bare.efficiency(at: 6.4))
    // A grid that leaves 77 % open is what hard X-rays see.
    #expect(abs(polymer.window.transmission(at: 6.4) - 0.77) < 0.01)
    #expect(polymer.window.transmission(at: 30) > 0.95)
    #expect((0.3...0.7).contains(polymer.window.transmission(at: 0.525)))
  }

  @Test func aFoilFollowsBeersLaw() {
    // NIST's XCOM: beryllium at 1 keV absorbs 604 cm²/g.
    let transmission = DetectorWindow.beryllium(thickness: 8).transmission(at: 1)
    #expect(abs(log(transmission) / (-604.1 * 1.848 * 8e-4) - 1) < 0.03)
    #expect(DetectorWindow.none.transmission(at: 1) == 1)
  }

  /// The closed form against the sum over the directions of the fluorescence: photons of depth z leave with
  /// exp(−μ_K z / cos θ).
  @Test(arguments: [1.9, 2.013, 3.69, 6.4, 15])
  func escapeIsTheSumOverAllDirections(energy: Double) throws {
    let (silicon, shell) = (try #require(Element(symbol: "Si")), try #require(Subshell("K")))
    let own = AtomicTables.massAbsorption(silicon, at: 1.740)
    let absorption = AtomicTables.massAbsorption(silicon, at: energy)
    let steps = 20_000
    let mean = (0..<steps).reduce(0.0) { sum, step in
      let cosine = (Double(step) + 0.5) / Double(steps)
      return sum + absorption / (absorption + own / cosine) / Double(steps)
    }
    let yield = AtomicTables.fluorescenceYield(silicon, shell) * (1 - 1 / AtomicTables.jumpRatio(silicon, shell))
    #expect(abs(SiliconDriftDetector().escape(at: energy) / (0.5 * yield * mean) - 1) < 1e-6)
  }

  @Test func escapeFallsWithEnergy() {
    let detector = SiliconDriftDetector()
    #expect(detector.escape(at: 1.8) == 0)
    // A percent or two just above the edge.
    #expect((0.01...0.02).contains(detector.escape(at: 2)))
    for energy in stride(from: 2.0, to: 20, by: 0.5) {
      #expect(detector.escape(at: energy + 0.5) < detector.escape(at: energy))
    }
  }

  @Test func theDetectorIsKept() throws {
    var detector = SiliconDriftDetector()
    detector.window = .ultraThin
    detector.contact = 20
    let copy = try JSONDecoder().decode(SiliconDriftDetector.self, from: JSONEncoder().encode(detector))
    #expect(copy == detector)
  }
}
