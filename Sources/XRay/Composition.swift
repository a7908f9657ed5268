public import Microscopy

/// What a phase is made of.
public struct Composition: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Part: Hashable, Sendable {
    /// The element's symbol.
    public let element: String
    /// Atoms of the element among all atoms.
    public let fraction: Double
    /// The mass of the element's atoms among the mass of all.
    public let weightFraction: Double
  }

  /// The parts in the order given; their fractions sum to 1.
  public let parts: [Part]
  /// g/mol of atoms.
  public let meanAtomicWeight: Double
  /// Those of the parts.
  private let elements: [Element]

  /// A composition from amounts of atoms in any unit.
  ///
  /// - Precondition: every element exists, no amount is negative, and they are not all zero.
  public init(dictionaryLiteral amounts: (String, Double)...) {
    let known = amounts.compactMap { symbol, amount in Element(symbol: symbol).map { ($0, amount) } }
    guard known.count == amounts.count, let composition = Composition(atoms: known) else {
      preconditionFailure("a composition of unknown elements or negative amounts")
    }
    self = composition
  }

  /// A composition from amounts of atoms in any unit; nil where there are none, or one is negative or not finite.
  public init?(atoms amounts: [(element: Element, amount: Double)]) {
    let total = amounts.reduce(0) { $0 + $1.amount }
    guard total > 0, total.isFinite, amounts.allSatisfy({ $0.amount >= 0 }) else { return nil }
    let mass = amounts.reduce(0) { $0 + $1.amount * $1.element.atomicWeight }
    parts = amounts.map {
      Part(
        element: $0.element.symbol, fraction: $0.amount / total, weightFraction: $0.amount * $0.element.atomicWeight / mass)
    }
    meanAtomicWeight = mass / total
    elements = amounts.map(\.element)
  }

  /// A composition from masses in any unit; nil where there are none, or one is negative or not finite.
  public init?(masses: [(element: Element, mass: Double)]) {
    self.init(atoms: masses.map { ($0.element, $0.mass / $0.element.atomicWeight) })
  }

  /// The mass of an element's atoms among the mass of all.
  public func weightFraction(of part: Part) -> Double { part.weightFraction }

  /// μ/ρ of the compound in cm²/g at an energy in keV: the mean of its elements by weight.
  public func massAbsorption(at energy: Double) -> Double {
    zip(parts, elements).reduce(0) { sum, part in
      sum + part.0.weightFraction * (MassAbsorption(of: part.1)?.coefficient(at: energy) ?? 0)
    }
  }
}
