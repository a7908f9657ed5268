/// A phase of a mineral assemblage, with what its X-ray spectrum depends on.
public struct MineralPhase: Hashable, Sendable {
  public let name: String
  /// As petrologists shorten it: "Brg".
  public let abbreviation: String
  public let composition: Composition
  /// g/cm³
  public let density: Double
  public let continuum: Continuum

  /// - Parameter density: g/cm³.
  public init(name: String, abbreviation: String = "", composition: Composition, density: Double, continuum: Continuum) {
    self.name = name
    self.abbreviation = abbreviation
    self.composition = composition
    self.density = density
    self.continuum = continuum
  }

  /// The parameters of Lifshin's continuum, in 10⁻²¹ cm² per atom.
  public struct Continuum: Hashable, Sendable {
    public let b0: Double
    public let b1: Double

    public init(b0: Double, b1: Double) {
      self.b0 = b0
      self.b1 = b1
    }
  }

  /// Atoms in a cubic centimetre.
  public var atomDensity: Double { density * 6.022_140_76e23 / composition.meanAtomicWeight }

  /// (Mg,Fe,Al,Ca)(Si,Al)O₃ with traces, as quantified by Chen et al. 2024, table 2.
  public static let bridgmanite = MineralPhase(
    name: "bridgmanite", abbreviation: "Brg",
    composition: [
      "O": 55.32, "Mg": 18.30, "Al": 2.21, "Si": 21.12, "Ca": 0.83, "Fe": 2.05, "Nd": 0.0252, "Sm": 0.0314,
      "U": 0.0101,
    ],
    density: 4.5, continuum: Continuum(b0: 1.629e-4, b1: 9.812e-4))

  /// (Mg,Fe)O
  public static let ferropericlase = MineralPhase(
    name: "ferropericlase", abbreviation: "Fp", composition: ["O": 0.50, "Mg": 0.42, "Fe": 0.08],
    density: 4.5, continuum: Continuum(b0: 7.853e-4, b1: 3.658e-4))

  /// CaSiO₃ with most of the large ions.
  public static let calciumPerovskite = MineralPhase(
    name: "Ca-perovskite", abbreviation: "CaPv",
    composition: [
      "O": 0.594, "Mg": 0.005, "Al": 0.02, "Si": 0.19, "Ca": 0.17, "Fe": 0.008, "Nd": 0.006, "Sm": 0.005,
      "U": 0.002,
    ],
    density: 4.5, continuum: Continuum(b0: 3.458e-4, b1: 6.268e-4))
}
