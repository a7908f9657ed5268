public import Microscopy

/// What a phase is made of.
public struct Composition: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Part: Hashable, Sendable {
    /// The element's symbol.
    public let element: String
    /// Atoms of the element among all atoms.
    public let fraction: Double

    /// g/mol
    var atomicWeight: Double { Element(symbol: element)?.atomicWeight ?? 0 }
  }

  /// The parts in the order given; their fractions sum to 1.
  public let parts: [Part]

  /// A composition from amounts of atoms in any unit.
  ///
  /// - Precondition: every element exists, no amount is negative, and they are not all zero.
  public init(dictionaryLiteral amounts: (String, Double)...) {
    let total = amounts.reduce(0) { $0 + $1.1 }
    precondition(total > 0 && amounts.allSatisfy { $0.1 >= 0 && Element(symbol: $0.0) != nil })
    parts = amounts.map { Part(element: $0.0, fraction: $0.1 / total) }
  }

  /// A composition from amounts of atoms in any unit; nil where there are none, or one is negative or not finite.
  public init?(atoms amounts: [(element: Element, amount: Double)]) {
    let total = amounts.reduce(0) { $0 + $1.amount }
    guard total > 0, total.isFinite, amounts.allSatisfy({ $0.amount >= 0 }) else { return nil }
    parts = amounts.map { Part(element: $0.element.symbol, fraction: $0.amount / total) }
  }

  /// A composition from masses in any unit; nil where there are none, or one is negative or not finite.
  public init?(masses: [(element: Element, mass: Double)]) {
    self.init(atoms: masses.map { ($0.element, $0.mass / $0.element.atomicWeight) })
  }

  /// g/mol of atoms.
  public var meanAtomicWeight: Double { parts.reduce(0) { $0 + $1.fraction * $1.atomicWeight } }

  /// The mass of an element's atoms among the mass of all.
  public func weightFraction(of part: Part) -> Double { part.fraction * part.atomicWeight / meanAtomicWeight }

  /// μ/ρ of the compound in cm²/g at an energy in keV: the mean of its elements by weight.
  public func massAbsorption(at energy: Double) -> Double {
    parts.reduce(0) { sum, part in
      sum + weightFraction(of: part) * (MassAbsorption(of: part.element)?.coefficient(at: energy) ?? 0)
    }
  }
}
