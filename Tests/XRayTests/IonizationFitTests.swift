import Foundation
import Microscopy
import Testing

@testable import XRay

struct IonizationFitTests {
  private func fit(_ element: String, _ shell: String) throws -> IonizationFit {
    let (element, shell) = (try #require(Element(symbol: element)), try #require(Subshell(shell)))
    return try #require(IonizationFit.of(element, shell))
  }

  @Test func theTableIsThatOfTheDataFolder() throws {
    let data = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Data").standardized
    let text = try String(contentsOf: data.appending(path: "bote-salvat.csv"), encoding: .utf8)
    let same = text == IonizationFit.tableText + "\n"
    #expect(same)
    #expect(IonizationFit.table.values.reduce(0) { $0 + $1.count } == 731)
    #expect(IonizationFit.table.count == 99)
  }

  /// Values of the authors' own program xion, as NIST's BoteSalvatICX.jl lists them for its tests.
  /// The parameters have three digits there as here.
  @Test(arguments: [
    ("Mg", "L3", 7.71792e+01, 3.85315e-18), ("Mg", "L3", 1.29569e+04, 1.24124e-18), ("Mg", "L3", 5.78762e+06, 1.30393e-19),
    ("V", "L1", 2.90068e+08, 5.64142e-21), ("V", "L1", 1.53993e+04, 2.63509e-20), ("Rh", "M3", 6.68344e+08, 1.62343e-20),
    ("Rh", "M3", 1.22321e+03, 2.11571e-19), ("Ho", "K", 1.63117e+05, 1.36404e-23), ("Pt", "M5", 2.98538e+03, 2.02808e-20),
    ("Es", "L2", 1.00000e+09, 1.39024e-22), ("Es", "L2", 2.66073e+04, 3.85171e-24), ("H", "K", 6.87860e+02, 1.57729e-17),
  ])
  func valuesAreThoseOfTheAuthorsProgram(element: String, shell: String, energy: Double, crossSection: Double) throws {
    let found = try fit(element, shell).crossSection(at: energy * 1e-3, model: .boteSalvat)
    #expect(abs(found / crossSection - 1) < 0.006, "\(element) \(shell) at \(energy) eV: \(found)")
  }

  /// Computed apart, in Python, from the same parameters.
  @Test(arguments: [
    ("Fe", "K", 200.0, 3.18479e-22, 3.03375e-22), ("Fe", "K", 15, 6.03664e-22, 6.03664e-22),
    ("Si", "K", 200, 1.74528e-21, 1.72678e-21), ("Nd", "L3", 200, 7.74925e-22, 7.4611e-22),
    ("U", "M5", 200, 2.80458e-21, 2.76423e-21), ("Sm", "L2", 300, 2.73858e-22, 2.35808e-22),
  ])
  func bothModelsAreTheirFormulas(
    element: String, shell: String, energy: Double, published: Double, other: Double
  ) throws {
    let fit = try fit(element, shell)
    #expect(abs(fit.crossSection(at: energy, model: .boteSalvat) / published - 1) < 1e-5)
    #expect(abs(fit.crossSection(at: energy, model: .emtables) / other - 1) < 1e-5)
  }

  /// The two formulas meet at 16 times the edge with (1−β²)^(1/4); with the exponent −1/4 they do not.
  @Test func theBranchesMeet() {
    var largest = [IonizationModel.boteSalvat: 0.0, .emtables: 0]
    for fit in IonizationFit.table.values.flatMap(\.values) {
      for model in IonizationModel.allCases {
        let step = abs(fit.farAbove(16, 16 * fit.edge, model.exponent) / fit.nearEdge(16) - 1)
        largest[model, default: 0] = max(largest[model, default: 0], step)
      }
    }
    #expect(largest[.boteSalvat, default: 1] < 0.012)
    #expect(largest[.emtables, default: 0] > 0.9)
    // At 1 GeV, up to where the fits hold.
    for fit in IonizationFit.table.values.flatMap(\.values) { #expect(fit.crossSection(at: 1e6, model: .boteSalvat) > 0) }
    #expect((IonizationFit.table["Fe"]?["K"]?.crossSection(at: 1e6, model: .emtables) ?? 0) < 0)
  }

  @Test func edgesAreTheThreshold() throws {
    let fit = try fit("Fe", "K")
    #expect(fit.edge == 7083.48)
    #expect(fit.crossSection(at: 7.08348) == 0)
    #expect(fit.crossSection(at: 7.2) > 0)
    for energy in [0, -1, Double.nan, .infinity] { #expect(fit.crossSection(at: energy) == 0) }
    for (symbol, name) in [("Mg", "M1"), ("Fm", "K")] {
      let (element, shell) = (try #require(Element(symbol: symbol)), try #require(Subshell(name)))
      let none = IonizationFit.of(element, shell) == nil
      #expect(none)
    }
  }

  @Test func edgesAreNearThoseOfXraylib() throws {
    for element in Element.all.prefix(92) {
      for shell in Subshell.inner {
        guard let fit = IonizationFit.of(element, shell) else { continue }
        let edge = AtomicTables.edge(element, shell) * 1e3
        if edge > 200 { #expect(abs(fit.edge / edge - 1) < 0.07, "\(element) \(shell): \(fit.edge), \(edge)") }
      }
    }
  }

  /// Cross-sections of neighbouring elements differ smoothly, but where a new shell begins: a slip in one number would
  /// stand out.
  @Test(arguments: [4, 12, 40, 200.0])
  func neighboursDifferSmoothly(overvoltage: Double) {
    for shell in Subshell.inner {
      let values = Element.all.prefix(99).compactMap { element -> (Element, Double)? in
        guard let fit = IonizationFit.of(element, shell) else { return nil }
        let area = fit.crossSection(at: overvoltage * fit.edge * 1e-3, model: .boteSalvat)
        return (element, log(area * fit.edge * fit.edge))
      }
      for index in values.indices.dropFirst(5).dropLast(2) {
        let around = (values[index - 1].1 + values[index + 1].1) / 2
        let step = abs(values[index].1 - around)
        let isNearNewShell = [19, 20, 30, 36, 37, 55, 56].contains(values[index].0.atomicNumber)
        #expect(step < (isNearNewShell ? 0.09 : 0.03), "\(values[index].0) \(shell) at U = \(overvoltage): \(step)")
      }
    }
  }
}
