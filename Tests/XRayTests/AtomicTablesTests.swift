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
    let sums: [(Double, Double)] = [
      (sum(AtomicTables.edge), 6683.9738), (sum(AtomicTables.fluorescenceYield), 101.917605867),
      (sum(AtomicTables.augerYield), 446.354396133), (sum(AtomicTables.levelWidth), 4.36712),
      (sum(AtomicTables.jumpRatio), 1663.23996),
      (elements.reduce(0) { $0 + AtomicTables.massAbsorption($1, at: 0.525) }, 867_295.8902111),
      (elements.reduce(0) { $0 + AtomicTables.massAbsorption($1, at: 1.74) }, 221_554.1871437),
      (
        elements.reduce(0) { sum, element in
          sum + EmissionLine.lines(of: element.symbol, beamEnergy: 200).reduce(0) { $0 + $1.energy }
        }, 41_826.85035
      ),
    ]
    for (found, expected) in sums { #expect(abs(found / expected - 1) < 1e-9) }
  }
}
