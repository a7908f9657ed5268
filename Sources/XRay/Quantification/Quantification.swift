import Foundation
import Microscopy

/// Turns counts of lines into a composition.
public struct Quantification: Sendable {
  public var table: SensitivityTable
  /// g/cm², density times thickness of what absorbs; nil: nothing absorbs, unless the ζ-factors tell how much there is.
  public var massThickness: Double?
  /// Degrees between the film and the line to the detector.
  public var takeOffAngle: Double
  /// Electrons that passed the sample; for the mass thickness of the ζ-factor method, and numbers of atoms.
  public var electrons: Double?

  /// keV
  public var beamEnergy: Double
  /// Of the ionisation cross-sections, which weigh the energies of the lines that are measured together.
  public var ionization = IonizationModel.usual

  public init(
    _ table: SensitivityTable, beamEnergy: Double, massThickness: Double? = nil, takeOffAngle: Double, electrons: Double? = nil
  ) {
    self.table = table
    self.beamEnergy = beamEnergy
    self.massThickness = massThickness
    self.takeOffAngle = takeOffAngle
    self.electrons = electrons
  }

  /// An element of a composition; fractions sum to 1.
  public struct Amount: Hashable, Sendable {
    public var intensity: LineIntensity
    public var weightFraction: Double
    /// One standard deviation, by the propagation of the errors of counts and of measured factors.
    public var weightError: Double
    public var atomicFraction: Double
    public var atomicError: Double
    /// The same with what calculated factors are estimated to be uncertain.
    public var atomicErrorWithFactors: Double
    /// What the counts are multiplied by to make up for absorption, χ/(1 − e^−χ).
    public var absorption: Double

    /// The fraction over √N (Chen et al. 2024); NaN for a line without counts, of which it tells nothing.
    public var atomicErrorOfCounts: Double {
      intensity.netCounts > 0 ? atomicFraction / intensity.netCounts.squareRoot() : .nan
    }
  }

  public struct Composition: Hashable, Sendable {
    public var amounts: [Amount]
    /// g/cm²: as given, or as the ζ-factors tell; nil when it is not known.
    public var massThickness: Double?

    /// What a film of the composition and of a mass thickness absorbs.
    public func film(takeOffAngle: Double) -> ThinFilm? {
      massThickness.map { thickness in
        ThinFilm(
          amounts.map { .init($0.intensity.element, weightFraction: $0.weightFraction) }, massThickness: thickness,
          takeOffAngle: takeOffAngle)
      }
    }
  }

  /// The composition that counts tell of, with the absorption of the composition itself.
  ///
  /// C_i = κ_i I_i a_i / Σ κ_j I_j a_j, with κ the k-factor, the ζ-factor, or M/σ, and counts below 0 taken for 0. The
  /// absorption is iterated until no weight fraction changes by more than 10⁻¹². Errors:
  /// var C_i = C_i² [(1 − C_i)² e_i² + Σ_{j≠i} C_j² e_j²], e_i² = (δI_i/I_i)² + (δκ_i/κ_i)².
  ///
  /// - Throws: `FitError` for a line without a factor, or where no line has counts.
  public func composition(of intensities: [LineIntensity]) throws(FitError) -> Composition {
    let lines = try resolve(intensities)
    guard lines.contains(where: { $0.intensity.netCounts > 0 }) else {
      throw FitError("no line of the elements asked for has counts", advice: "Choose other elements or another spectrum.")
    }
    var absorption = lines.map { _ in 1.0 }
    var fractions = Self.fractions(lines, absorption)
    var thickness = massThickness ?? 0
    for _ in 0..<200 {
      if massThickness == nil { thickness = ownThickness(lines, absorption) ?? 0 }
      // 20 µm of rock: no electrons come through to be counted by the ampere.
      guard thickness < 0.01 else {
        throw FitError(
          "counts and dose tell of a film of \(SpectrumFit.text(thickness * 1e3)) mg/cm², which no beam goes through",
          advice: "Check the beam current, the times and the factors, or give --thickness and --density.")
      }
      guard thickness > 0 else { break }
      absorption = factors(lines, fractions, thickness)
      let next = Self.fractions(lines, absorption)
      let change = zip(next, fractions).map { abs($0 - $1) }.max() ?? 0
      fractions = next
      if change < 1e-12 { break }
    }
    let atoms = Self.normalized(zip(fractions, lines).map { $0 / $1.atomicWeight })
    // Errors relative to the sum of all, which hold where a line has no counts too.
    let total = lines.indices.reduce(0) { $0 + lines[$1].strength * max(lines[$1].intensity.netCounts, 0) * absorption[$1] }
    let moles = zip(fractions, lines).reduce(0) { $0 + $1.0 / $1.1.atomicWeight }
    /// The error of each part by weight, over the sum.
    func parts(withFactors: Bool) -> [Double] {
      lines.indices.map { index in
        let line = lines[index]
        let counted = line.strength * line.intensity.error * absorption[index] / total
        return hypot(counted, withFactors ? fractions[index] * line.relativeError : 0)
      }
    }
    func atomErrors(_ parts: [Double]) -> [Double] {
      Self.errors(atoms, parts.indices.map { parts[$0] / lines[$0].atomicWeight / moles })
    }
    let own = parts(withFactors: !table.isCalculated)
    let (weightErrors, atomErrors, allErrors) = (
      Self.errors(fractions, own), atomErrors(own), atomErrors(parts(withFactors: true))
    )
    return Composition(
      amounts: lines.indices.map { index in
        Amount(
          intensity: lines[index].intensity, weightFraction: fractions[index], weightError: weightErrors[index],
          atomicFraction: atoms[index], atomicError: atomErrors[index], atomicErrorWithFactors: allErrors[index],
          absorption: absorption[index])
      },
      massThickness: massThickness ?? (thickness > 0 ? thickness : nil))
  }

  /// A line with all that its counts are multiplied by.
  struct Line: Sendable {
    var intensity: LineIntensity
    /// κ
    var strength: Double
    var relativeError: Double
    var atomicWeight: Double
    /// keV
    var energy: Double
  }

  func resolve(_ intensities: [LineIntensity]) throws(FitError) -> [Line] {
    var lines: [Line] = []
    for intensity in intensities {
      let (element, line) = (intensity.element, intensity.line)
      guard let factor = table.factor(element, line), let known = Element(symbol: element) else {
        throw FitError(
          "there is no factor for \(element) \(line)",
          advice: "There are factors for \(table.factors.map { "\($0.element) \($0.line)" }.joined(separator: ", ")).")
      }
      let group: LineGroup
      do {
        group = try LineGroup(element: element, line: line, beamEnergy: beamEnergy, model: ionization)
      } catch {
        throw FitError(error.problem, advice: error.advice)
      }
      let weight = known.atomicWeight
      lines.append(
        Line(
          intensity: intensity,
          strength: (table.method == .crossSection ? weight / factor.value : factor.value) / (1 - intensity.escaped),
          relativeError: factor.relativeError, atomicWeight: weight, energy: group.energy))
    }
    return lines
  }

  private static func fractions(_ lines: [Line], _ absorption: [Double]) -> [Double] {
    normalized(lines.indices.map { lines[$0].strength * max(lines[$0].intensity.netCounts, 0) * absorption[$0] })
  }

  private static func normalized(_ values: [Double]) -> [Double] {
    let total = values.reduce(0, +)
    return values.map { total > 0 ? $0 / total : 0 }
  }

  /// The errors of fractions of a sum from the errors of its parts, both over the sum.
  private static func errors(_ fractions: [Double], _ parts: [Double]) -> [Double] {
    let all = parts.reduce(0) { $0 + $1 * $1 }
    return fractions.indices.map { index in
      let own = parts[index] * parts[index]
      let left = 1 - fractions[index]
      return (left * left * own + fractions[index] * fractions[index] * (all - own)).squareRoot()
    }
  }

  /// χ/(1 − e^−χ) of each line in a film of the composition.
  private func factors(_ lines: [Line], _ fractions: [Double], _ thickness: Double) -> [Double] {
    let film = ThinFilm(
      zip(lines, fractions).map { .init($0.intensity.element, weightFraction: $1) }, massThickness: thickness,
      takeOffAngle: takeOffAngle)
    return lines.map { 1 / film.transmission(at: $0.energy) }
  }

  /// ρt in g/cm² as the factors tell: Σ I ζ a / D, or Σ I a M / (σ D N_A).
  private func ownThickness(_ lines: [Line], _ absorption: [Double]) -> Double? {
    guard let electrons, electrons > 0, table.method != .cliffLorimer else { return nil }
    let sum = lines.indices.reduce(0) { $0 + lines[$1].strength * max(lines[$1].intensity.netCounts, 0) * absorption[$1] }
    // kg/m² → g/cm²; barns → cm².
    return table.method == .zeta ? 0.1 * sum / electrons : sum / (electrons * 1e-24 * 6.022_140_76e23)
  }
}
