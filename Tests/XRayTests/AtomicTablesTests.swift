import Microscopy
import Testing

@testable import XRay

struct AtomicTablesTests {
  /// Sums over the elements of what is used of xraylib: other values in another version would be seen here.
  @Test func theValuesAreThoseOfXraylib4() throws {
    #expect(AtomicTables.version.hasPrefix("xraylib 4."))
    let elements = (5...98).compactMap { Element(atomicNumber: $0) }
    let shells = Subshell.inner
    func sum(_ value: (Element, Subshell) -> Double) -> Double {
      elements.reduce(0) { sum, element in shells.reduce(sum) { $0 + value(element, $1) } }
    }
    print(
      "SUMS", sum(AtomicTables.edge), sum(AtomicTables.fluorescenceYield), sum(AtomicTables.augerYield),
      sum(AtomicTables.levelWidth), sum(AtomicTables.jumpRatio),
      elements.reduce(0) { $0 + AtomicTables.massAbsorption($1, at: 0.525) },
      elements.reduce(0) { $0 + AtomicTables.massAbsorption($1, at: 1.74) },
      elements.reduce(0) { sum, element in
        sum + EmissionLine.lines(of: element.symbol, beamEnergy: 200).reduce(0) { $0 + $1.energy }
      })
  }
}
