import Figures
import Foundation
import Microscopy
import Store
import Testing

@testable import Workflows

struct SpectrumLabelsTests {
  private let energies = (0..<1200).map { Double($0) * 0.01 }

  /// Peaks of so many counts at their energies over a background that falls off.
  private func spectrum(_ peaks: [(energy: Double, counts: Double)]) -> [Double] {
    energies.map { energy in
      peaks.reduce(200 * exp(-energy / 2) + 5) { sum, peak in
        let width = LineStrength.width(at: peak.energy)
        let distance = (energy - peak.energy) / width
        return sum + peak.counts * 0.01 / (1.0645 * width) * exp2(-4 * distance * distance)
      }
    }
  }

  private func labels(
    _ elements: [String], _ counts: [Double], isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil
  ) -> [LineLabel] {
    let strengths = LineStrength.estimate(of: elements, beamEnergy: 200, energies: energies, counts: counts)
    return SpectrumLabels(strengths: strengths, places: energies, keVPerUnit: 1, counts: counts, variance: nil)
      .labels(isLogarithmic: isLogarithmic, range: range)
  }

  @Test func linesHaveTheirSiegbahnNames() {
    #expect(SiegbahnName.group("KL3") == "Ka")
    #expect(SiegbahnName.group("L2M4") == "Lb")
    #expect(SiegbahnName.group("M5N67") == "Ma")
    #expect(SiegbahnName.group("XY") == nil)
    for (name, greek) in [("Ka", "Kα"), ("Kb1", "Kβ1"), ("Mz", "Mζ"), ("Ll", "Ll"), ("Nd La", "Nd La"), ("L", "L"), ("", "")] {
      #expect(SiegbahnName.greek(name) == greek)
    }
  }

  @Test func amountsOfLinesAreFoundAsFarAsLabelsNeed() throws {
    let counts = spectrum([(1.2536, 40_000), (1.4867, 4000), (1.7398, 30_000), (6.4, 9000), (7.058, 1200)])
    let found = LineStrength.estimate(of: ["Mg", "Al", "Si", "Fe"], beamEnergy: 200, energies: energies, counts: counts)
    for (label, amount) in [("Mg Kα", 40_000.0), ("Al Kα", 4000), ("Si Kα", 30_000), ("Fe Kα", 9000)] {
      let line = try #require(found.first { $0.label == label })
      #expect((line.netCounts / amount - 1).magnitude < 0.1, "\(label): \(line.netCounts)")
    }
  }

  @Test func theSeenLinesOfTheElementsAreNamed() {
    let counts = spectrum([(1.2536, 40_000), (6.4, 9000), (7.058, 1200)])
    let found = labels(["Fe", "Mg", "Si"], counts)
    #expect(found.map(\.text).sorted() == ["Fe Kα", "Fe Kβ", "Mg Kα"])
    #expect(found.first { $0.text == "Fe Kα" }.map { ($0.x - 6.4).magnitude < 0.01 } == true)
    #expect(labels(["Fe", "Mg", "Si"], counts, range: 0.5...3).map(\.text) == ["Mg Kα"])
  }

  @Test func aPeakOfAnotherElementHasNoWrongName() {
    // Copper at 8.05 keV, which nobody told of; Hf Lα would lie at 7.9, Lu Mα and Hf Mα on the flank of silicon.
    let counts = spectrum([(1.2536, 40_000), (1.7398, 50_000), (8.047, 9000)])
    for isLogarithmic in [false, true] {
      let found = labels(["Mg", "Si", "Hf", "Lu"], counts, isLogarithmic: isLogarithmic).map(\.text)
      #expect(found.contains("Mg Kα") && found.contains("Si Kα"))
      #expect(!found.contains { $0.hasPrefix("Hf") || $0.hasPrefix("Lu") }, "\(found)")
    }
  }

  @Test func onePeakOfAnElementHasOneName() {
    let strengths = [
      LineStrength(element: "Fe", group: "La", energy: 0.705, netCounts: 5000, error: 80),
      LineStrength(element: "Fe", group: "Lb", energy: 0.718, netCounts: 2000, error: 60),
      LineStrength(element: "Lu", group: "Mz", energy: 1.229, netCounts: 250, error: 15),
      LineStrength(element: "Mg", group: "Ka", energy: 1.254, netCounts: 40_000, error: 200),
      LineStrength(element: "Ca", group: "Ka", energy: 3.69, netCounts: 100, error: 90),
    ]
    let counts = spectrum([(0.709, 7000), (1.254, 40_000)])
    for isLogarithmic in [false, true] {
      let found = SpectrumLabels(strengths: strengths, places: energies, keVPerUnit: 1, counts: counts, variance: counts)
        .labels(isLogarithmic: isLogarithmic)
      // Not what lies under a stronger line of another element, nor what may be chance.
      #expect(found.map(\.text) == ["Mg Kα", "Fe Lα"])
    }
  }

  @Test func axesInElectronvoltsAndOddSpectra() {
    let counts = spectrum([(6.4, 9000)])
    let strengths = LineStrength.estimate(of: ["Fe"], beamEnergy: 200, energies: energies, counts: counts)
    let found = SpectrumLabels(
      strengths: strengths, places: energies.map { $0 * 1000 }, keVPerUnit: 1e-3, counts: counts, variance: nil
    ).labels(isLogarithmic: false)
    #expect(found.first.map { ($0.x - 6400).magnitude < 10 } == true)
    for values in [[], [5.0], [Double](repeating: 0, count: 1200), [Double](repeating: .nan, count: 1200), counts.map { -$0 }] {
      let places = Array(energies.prefix(values.count))
      let strengths = LineStrength.estimate(of: ["Fe", "Xx", "Fe"], beamEnergy: 200, energies: places, counts: values)
      #expect(
        SpectrumLabels(strengths: strengths, places: places, keVPerUnit: 1, counts: values, variance: nil)
          .labels(isLogarithmic: true).isEmpty)
    }
  }
}
