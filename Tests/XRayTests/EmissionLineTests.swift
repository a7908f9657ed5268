import Foundation
import Testing

@testable import XRay

struct EmissionLineTests {
  @Test func tablesAreThoseOfTheDataFolder() throws {
    let data = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Data").standardized
    for (name, text) in [
      ("xray-lines-200kV.csv", EmissionLine.tableText), ("mass-absorption.csv", MassAbsorption.tableText),
    ] {
      #expect(try String(contentsOf: data.appending(path: name), encoding: .utf8) == text + "\n")
    }
    #expect(EmissionLine.table.count == EmissionLine.tableText.split(separator: "\n").count - 1)
  }

  /// Bearden 1967, Rev. Mod. Phys. 39, 78.
  @Test(arguments: [
    ("O", "KL3", 0.5249), ("Mg", "KL3", 1.2536), ("Al", "KL3", 1.4867), ("Si", "KL3", 1.7400),
    ("Ca", "KL3", 3.6917),
    ("Ca", "KM3", 4.0127), ("Fe", "KL3", 6.4038), ("Fe", "KM3", 7.0580), ("Fe", "L3M5", 0.7050),
    ("Nd", "L3M5", 5.2304),
    ("Sm", "L3M5", 5.6361), ("U", "M5N7", 3.1708), ("U", "M4N6", 3.3367), ("U", "L3M5", 13.6147),
    ("Nd", "M5N67", 0.978), ("Sm", "M5N67", 1.081),
  ])
  func energiesAreThoseOfBearden(element: String, transition: String, energy: Double) throws {
    let line = try #require(EmissionLine.lines(of: element).first { $0.transition == transition })
    #expect(abs(line.energy - energy) < 0.004)
  }

  @Test func intensitiesHaveTheKnownRatios() {
    func strength(_ element: String, _ transitions: String...) -> Double {
      EmissionLine.lines(of: element).filter { transitions.contains($0.transition) }.reduce(0) {
        $0 + $1.crossSection
      }
    }
    // Kβ/Kα, Kα2/Kα1 and Lβ1/Lα as measured: Salem et al. 1974, Atomic Data 14, 91.
    #expect(abs(strength("Fe", "KM2", "KM3") / strength("Fe", "KL2", "KL3") - 0.133) < 0.006)
    #expect(abs(strength("Ca", "KM2", "KM3") / strength("Ca", "KL2", "KL3") - 0.125) < 0.006)
    #expect(abs(strength("Fe", "KL2") / strength("Fe", "KL3") - 0.51) < 0.01)
    #expect(abs(strength("Nd", "L2M4") / strength("Nd", "L3M5", "L3M4") - 0.43) < 0.03)
    #expect(abs(strength("U", "M4N6") / strength("U", "M5N7", "M5N6") - 0.61) < 0.02)
    // Cliff-Lorimer factors by weight against Si Kα at 200 kV.
    for (element, factor) in [("O", 0.956), ("Mg", 0.976), ("Al", 1.018), ("Ca", 1.150), ("Fe", 1.826)] {
      func perMass(_ element: String, _ transitions: [String]) -> Double {
        EmissionLine.lines(of: element).filter { transitions.contains($0.transition) }.reduce(0) {
          $0 + $1.crossSection
        }
          / Composition.atomicWeights[element, default: 0]
      }
      let near = element == "Fe" ? ["KL2", "KL3"] : ["KL2", "KL3", "KM2", "KM3"]
      let k = perMass("Si", ["KL2", "KL3", "KM2", "KM3"]) / perMass(element, near)
      #expect(abs(k / factor - 1) < 0.01, "\(element): \(k)")
    }
  }

  @Test func everyElementOfAPhaseHasLinesAndAbsorption() {
    for phase in [MineralPhase.bridgmanite, .ferropericlase, .calciumPerovskite] {
      for part in phase.composition.parts {
        #expect(!EmissionLine.lines(of: part.element).isEmpty)
        #expect(MassAbsorption(of: part.element) != nil)
      }
      #expect(abs(phase.composition.parts.reduce(0) { $0 + $1.fraction } - 1) < 1e-12)
      #expect(
        abs(phase.composition.parts.reduce(0) { $0 + phase.composition.weightFraction(of: $1) } - 1) < 1e-12)
    }
    #expect(EmissionLine.lines(of: "Xx").isEmpty)
    #expect(MassAbsorption(of: "Xx") == nil)
  }

  @Test func absorptionFallsWithEnergyAndJumpsAtEdges() throws {
    // NIST's XCOM, cm²/g.
    for (element, energy, coefficient) in [
      ("O", 1.0, 4590.0), ("Si", 1.5, 535.3), ("Si", 5.0, 245.1), ("Fe", 6.0, 84.84), ("Fe", 10.0, 170.6),
      ("Ca", 10, 93.41), ("U", 10, 179.1), ("O", 20, 0.8651),
    ] {
      let absorption = try #require(MassAbsorption(of: element))
      #expect(abs(absorption.coefficient(at: energy) / coefficient - 1) < 0.03, "\(element) at \(energy) keV")
    }
    for (element, edge) in [("O", 0.537), ("Mg", 1.305), ("Si", 1.839), ("Ca", 4.038), ("Fe", 7.112)] {
      let absorption = try #require(MassAbsorption(of: element))
      #expect(absorption.coefficient(at: edge * 1.02) > 5 * absorption.coefficient(at: edge * 0.98))
    }
  }
}
