import Foundation
import Microscopy
import Testing

@testable import XRay

struct EmissionLineTests {
  private func line(_ element: String, _ transition: String, _ model: IonizationModel = .boteSalvat) throws -> EmissionLine {
    try #require(
      EmissionLine.lines(of: element, beamEnergy: 200, model: model).first { $0.transition == transition })
  }

  /// Bearden 1967, Rev. Mod. Phys. 39, 78.
  @Test(arguments: [
    ("O", "KL3", 0.5249), ("Mg", "KL3", 1.2536), ("Al", "KL3", 1.4867), ("Si", "KL3", 1.7400), ("Ca", "KL3", 3.6917),
    ("Ca", "KM3", 4.0127), ("Fe", "KL3", 6.4038), ("Fe", "KM3", 7.0580), ("Fe", "L3M5", 0.7050), ("Nd", "L3M5", 5.2304),
    ("Sm", "L3M5", 5.6361), ("U", "M5N7", 3.1708), ("U", "M4N6", 3.3367), ("U", "L3M5", 13.6147), ("Nd", "M5N67", 0.978),
    ("Sm", "M5N67", 1.081), ("Cu", "KL3", 8.0478), ("Ag", "L3M5", 2.9843), ("Au", "M5N7", 2.1229), ("Pb", "L3M5", 10.5515),
    ("Zr", "L3M5", 2.0424), ("W", "M5N7", 1.7754), ("Au", "KL3", 68.8037),
  ])
  func energiesAreThoseOfBearden(element: String, transition: String, energy: Double) throws {
    #expect(abs(try line(element, transition).energy - energy) < 0.004)
  }

  @Test func intensitiesHaveTheKnownRatios() throws {
    func strength(_ element: String, _ transitions: String...) throws -> Double {
      try transitions.reduce(0) { try $0 + line(element, $1).crossSection }
    }
    // Kβ/Kα, Kα2/Kα1 and Lβ1/Lα as measured: Salem et al. 1974, Atomic Data 14, 91.
    #expect(abs(try strength("Fe", "KM2", "KM3") / strength("Fe", "KL2", "KL3") - 0.133) < 0.006)
    #expect(abs(try strength("Ca", "KM2", "KM3") / strength("Ca", "KL2", "KL3") - 0.125) < 0.006)
    #expect(abs(try strength("Fe", "KL2") / strength("Fe", "KL3") - 0.51) < 0.01)
    #expect(abs(try strength("Nd", "L2M4") / strength("Nd", "L3M5", "L3M4") - 0.43) < 0.03)
    #expect(abs(try strength("U", "M4N6") / strength("U", "M5N7", "M5N6") - 0.61) < 0.02)
  }

  /// Values of emtables (Teurtrie, MIT) at 200 kV, in cm², which shares the fits, and xraylib's cascades, yields and rates.
  ///
  /// The M lines of lanthanides and of uranium differ by up to 4 %: emtables counts two vacancies of one subshell once.
  @Test(arguments: [
    ("O", "KL3", 3.454e-23, 0.01), ("Mg", "KL3", 5.148e-23, 0.01), ("Al", "KL2", 2.704e-23, 0.01), ("Si", "KL3", 5.636e-23, 0.01),
    ("Si", "KM3", 1.568e-24, 0.01), ("Ca", "L3M1", 9.798e-24, 0.015), ("Ca", "KL3", 6.377e-23, 0.01),
    ("Ca", "KM3", 8.044e-24, 0.01),
    ("Fe", "L3M5", 7.108e-23, 0.01), ("Fe", "L2M4", 2.255e-23, 0.01), ("Fe", "KL2", 3.205e-23, 0.01),
    ("Fe", "KL3", 6.277e-23, 0.01),
    ("Fe", "KM3", 8.450e-24, 0.01), ("Nd", "L3M5", 8.250e-23, 0.01), ("Nd", "L2M4", 3.836e-23, 0.01),
    ("Nd", "L1M3", 7.531e-24, 0.01),
    ("Nd", "M5N67", 4.428e-23, 0.04), ("Nd", "M4N6", 2.369e-23, 0.02), ("Nd", "M5N3", 2.699e-24, 0.04),
    ("Sm", "L3M5", 8.220e-23, 0.01),
    ("Sm", "L2M4", 3.835e-23, 0.01), ("Sm", "L3N5", 1.371e-23, 0.01), ("Sm", "M5N67", 6.203e-23, 0.04),
    ("Sm", "M4N6", 2.933e-23, 0.02),
    ("U", "M5N7", 2.018e-22, 0.025), ("U", "M4N6", 1.313e-22, 0.015), ("U", "M3N5", 4.714e-24, 0.025),
    ("U", "L3M5", 8.307e-23, 0.01),
    ("U", "L2M4", 2.790e-23, 0.01), ("U", "L3N5", 1.743e-23, 0.01),
  ])
  func crossSectionsAgreeWithThoseOfEmtables(
    element: String, transition: String, crossSection: Double, accuracy: Double
  ) throws {
    let found = try line(element, transition, .emtables).crossSection
    #expect(abs(found / crossSection - 1) < accuracy, "\(element) \(transition): \(found)")
  }

  /// Computed apart, in Python, with the same library: vacancies in cm² at 200 kV.
  @Test func cascadesFillEverySubshell() throws {
    for (symbol, expected) in [
      (
        "Fe", [3.18479e-22, 3.45357e-21, 7.00365e-21, 1.41747e-20, 2.28999e-20, 3.88271e-20, 7.98356e-20]
      ),
      (
        "Nd",
        [
          2.24414e-23, 2.58621e-22, 4.06386e-22, 9.26978e-22, 1.50721e-21, 2.16912e-21, 5.03238e-21, 9.99778e-21, 1.54217e-20,
        ]
      ),
      (
        "U",
        [
          2.79364e-24, 5.75867e-23, 7.82273e-23, 2.53952e-22, 3.20642e-22, 4.41514e-22, 1.41973e-21, 2.29287e-21, 4.24785e-21,
        ]
      ),
    ] {
      let element = try #require(Element(symbol: symbol))
      let shells = ShellIonization.of(element, beamEnergy: 200, model: .boteSalvat)
      #expect(shells.count == expected.count)
      for (shell, value) in zip(shells, expected) {
        #expect(abs(shell.vacancies / value - 1) < 1e-4, "\(symbol) \(shell.shell)")
        #expect(shell.vacancies >= shell.crossSection)
      }
    }
  }

  @Test func everyElementHasLines() {
    for element in Element.all.prefix(98).dropFirst(4) {
      let lines = EmissionLine.lines(of: element, beamEnergy: 200)
      #expect(!lines.isEmpty, "\(element)")
      #expect(lines.allSatisfy { $0.energy >= 0.05 && $0.crossSection > 0 && $0.width >= 0 })
      #expect(Set(lines.map(\.transition)).count == lines.count)
      // Of a subshell no more photons come than it has vacancies.
      for shell in ShellIonization.of(element, beamEnergy: 200, model: .boteSalvat) {
        let all = EmissionLine.lines(of: element, beamEnergy: 200, weakest: 0, above: 0)
        let photons = all.filter { $0.transition.hasPrefix(shell.shell.description) }.reduce(0) { $0 + $1.crossSection }
        #expect(photons <= shell.vacancies * shell.fluorescenceYield * 1.001, "\(element) \(shell.shell)")
      }
    }
    #expect(EmissionLine.lines(of: "Xx", beamEnergy: 200).isEmpty)
    #expect(EmissionLine.lines(of: "Fm", beamEnergy: 200).isEmpty)
  }

  @Test func aBeamBelowTheEdgeMakesNoLine() {
    #expect(EmissionLine.lines(of: "Fe", beamEnergy: 7).allSatisfy { $0.family != .k })
    #expect(EmissionLine.lines(of: "Fe", beamEnergy: 7.2).contains { $0.family == .k })
    for energy in [0, -5, Double.nan] { #expect(EmissionLine.lines(of: "Fe", beamEnergy: energy).isEmpty) }
  }

  @Test func widthsAreThoseOfTheLevels() throws {
    // Krause & Oliver 1979, J. Phys. Chem. Ref. Data 8, 329: 1.61 eV.
    let iron = try line("Fe", "KL3")
    #expect(abs(iron.width - 1.61e-3) < 0.05e-3)
    #expect(try line("U", "M5N7").width > 3e-3)
  }

  @Test func everyElementOfAPhaseHasLinesAndAbsorption() {
    for phase in [MineralPhase.bridgmanite, .ferropericlase, .calciumPerovskite] {
      for part in phase.composition.parts {
        #expect(!EmissionLine.lines(of: part.element, beamEnergy: 200).isEmpty)
        #expect(MassAbsorption(of: part.element) != nil)
      }
      #expect(abs(phase.composition.parts.reduce(0) { $0 + $1.fraction } - 1) < 1e-12)
      #expect(
        abs(phase.composition.parts.reduce(0) { $0 + phase.composition.weightFraction(of: $1) } - 1) < 1e-12)
    }
    #expect(MassAbsorption(of: "Xx") == nil)
  }

  @Test func absorptionFallsWithEnergyAndJumpsAtEdges() throws {
    // NIST's XCOM, cm²/g.
    for (element, energy, coefficient) in [
      ("O", 1.0, 4590.0), ("Si", 1.5, 535.3), ("Si", 5.0, 245.1), ("Fe", 6.0, 84.84), ("Fe", 10.0, 170.6),
      ("Ca", 10, 93.41), ("U", 10, 179.1), ("O", 20, 0.8651), ("Au", 5, 666.1), ("C", 1, 2211),
    ] {
      let absorption = try #require(MassAbsorption(of: element))
      #expect(abs(absorption.coefficient(at: energy) / coefficient - 1) < 0.03, "\(element) at \(energy) keV")
    }
    for (element, edge) in [("O", 0.537), ("Mg", 1.305), ("Si", 1.839), ("Ca", 4.038), ("Fe", 7.112)] {
      let absorption = try #require(MassAbsorption(of: element))
      #expect(absorption.coefficient(at: edge * 1.02) > 5 * absorption.coefficient(at: edge * 0.98))
    }
    let oxygen = try #require(MassAbsorption(of: "O"))
    #expect(oxygen.coefficient(at: 0.01) == oxygen.coefficient(at: 0.1))
  }
}
