/// What a phase is made of.
public struct Composition: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Part: Hashable, Sendable {
    /// The element's symbol.
    public let element: String
    /// Atoms of the element among all atoms.
    public let fraction: Double
  }

  /// The parts in the order given; their fractions sum to 1.
  public let parts: [Part]

  /// A composition from amounts of atoms in any unit.
  ///
  /// - Precondition: every element has an atomic weight here, no amount is negative, and they are not all zero.
  public init(dictionaryLiteral amounts: (String, Double)...) {
    let total = amounts.reduce(0) { $0 + $1.1 }
    precondition(total > 0 && amounts.allSatisfy { $0.1 >= 0 && Self.atomicWeights[$0.0] != nil })
    parts = amounts.map { Part(element: $0.0, fraction: $0.1 / total) }
  }

  /// g/mol of atoms.
  public var meanAtomicWeight: Double {
    parts.reduce(0) { $0 + $1.fraction * Self.atomicWeights[$1.element, default: 0] }
  }

  /// The mass of an element's atoms among the mass of all.
  public func weightFraction(of part: Part) -> Double {
    part.fraction * Self.atomicWeights[part.element, default: 0] / meanAtomicWeight
  }

  /// μ/ρ of the compound in cm²/g at an energy in keV: the mean of its elements by weight.
  public func massAbsorption(at energy: Double) -> Double {
    parts.reduce(0) { sum, part in
      sum + weightFraction(of: part) * (MassAbsorption(of: part.element)?.coefficient(at: energy) ?? 0)
    }
  }

  /// g/mol; IUPAC's standard atomic weights, abridged (2021).
  static let atomicWeights: [String: Double] = [
    "O": 15.999, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "Ca": 40.078, "Fe": 55.845, "Nd": 144.24,
    "Sm": 150.36,
    "U": 238.03,
  ]
}
