import Microscopy
import Testing

@testable import XRay

struct KFactorTests {
  /// The lines of an element within 0.35 keV of its Kα.
  private func near(_ symbol: String, _ model: IonizationModel) throws -> LineGroup {
    let element = try #require(Element(symbol: symbol))
    let alpha = try LineGroup("\(symbol) Ka1", beamEnergy: 200, model: model).energy
    let lines = EmissionLine.lines(of: element, beamEnergy: 200, weakest: 0, model: model)
    return LineGroup(element: element, name: "near Ka", beamEnergy: 200, lines: lines.filter { abs($0.energy - alpha) <= 0.35 })
  }

  /// By weight against Si at 200 kV, as calculated with emtables' cross-sections.
  @Test(arguments: [
    ("O", 0.956), ("Mg", 0.976), ("Al", 1.018), ("Ca", 1.150), ("Ti", 1.516), ("Fe", 1.826), ("Ni", 2.013),
  ])
  func factorsAgreeWithThoseOfEmtables(element: String, factor: Double) throws {
    let k = KFactor(try near(element, .emtables), reference: try near("Si", .emtables))
    #expect(abs(k.weight / factor - 1) < 0.003, "\(element): \(k.weight)")
  }

  /// The same with the fits as published: up to 5 % less.
  @Test(arguments: [
    ("O", 0.9605), ("Mg", 0.9784), ("Al", 1.0172), ("Ca", 1.1324), ("Ti", 1.4888), ("Fe", 1.7557), ("Ni", 1.9126),
  ])
  func factorsOfThePublishedFits(element: String, factor: Double) throws {
    let k = KFactor(try near(element, .boteSalvat), reference: try near("Si", .boteSalvat))
    #expect(abs(k.weight / factor - 1) < 1e-3, "\(element): \(k.weight)")
  }

  @Test func weightAndAtomicDifferByTheMasses() throws {
    let k = KFactor(try LineGroup("Fe Ka", beamEnergy: 200), reference: try LineGroup("Si Ka", beamEnergy: 200))
    #expect(abs(k.weight / k.atomic - 55.845 / 28.085) < 1e-12)
    #expect(abs(k.relativeError - 0.05 * 2.0.squareRoot()) < 1e-12)
    let own = KFactor(try LineGroup("Si Ka", beamEnergy: 200), reference: try LineGroup("Si Ka", beamEnergy: 200))
    #expect(own.weight == 1 && own.atomic == 1 && own.relativeError == 0)
  }

  @Test func theDetectorMattersForSoftLines() throws {
    let (oxygen, silicon) = (try LineGroup("O Ka", beamEnergy: 200), try LineGroup("Si Ka", beamEnergy: 200))
    let detector = SiliconDriftDetector()
    let bare = KFactor(oxygen, reference: silicon)
    let seen = KFactor(oxygen, reference: silicon, detector: detector)
    let expected = detector.efficiency(at: 1.740) / detector.efficiency(at: 0.5249)
    #expect(abs(seen.weight / bare.weight / expected - 1) < 2e-3)
    #expect(seen.weight > bare.weight)
  }

  /// k of A against C is that of A against B times that of B against C.
  @Test func factorsChain() throws {
    let groups = try ["Nd La", "Fe Ka", "Si Ka"].map { try LineGroup($0, beamEnergy: 80) }
    let (ab, bc) = (KFactor(groups[0], reference: groups[1]), KFactor(groups[1], reference: groups[2]))
    #expect(abs(KFactor(groups[0], reference: groups[2]).weight / (ab.weight * bc.weight) - 1) < 1e-12)
  }
}
