public import LinearAlgebra
import Microscopy

/// Turns counts of lines into a composition.
public struct Quantification: Sendable {
  public var table: SensitivityTable
  /// g/cm², density times thickness of the film; nil: nothing absorbs, unless the factors tell how much there is.
  public var massThickness: Double?
  /// Degrees between the film and the line to the detector.
  public var takeOffAngle: Double
  /// Degrees between the beam and the film's normal.
  public var tilt = 0.0
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
  /// C_i = κ_i I_i a_i / Σ κ_j I_j a_j, with κ the k-factor, the ζ-factor, or M/σ, and counts below 0 taken for 0. Errors are
  /// those of the first derivatives at the absorption that was found: with P the covariances of κ_i I_i a_i over their sum, and
  /// of the κ themselves where they were measured, var C_i = P_ii − 2 C_i Σ_j P_ij + C_i² Σ_jk P_jk; of counts that are independent,
  /// C_i² [(1 − C_i)² e_i² + Σ_{j≠i} C_j² e_j²], e_i² = (δI_i/I_i)² + (δκ_i/κ_i)².
  ///
  /// - Parameter covariance: of the net counts; nil: they are independent.
  /// - Throws: `FitError` for a line without a factor, where no line has counts, or where no film absorbs like that.
  public func composition(of intensities: [LineIntensity], covariance: Matrix? = nil) throws(FitError) -> Composition {
    let lines = try resolve(intensities)
    let amounts = lines.map { $0.strength * max($0.intensity.netCounts, 0) }
    guard amounts.contains(where: { $0 > 0 }) else {
      throw FitError("no line of the elements asked for has counts", advice: "Choose other elements or another spectrum.")
    }
    var absorption = lines.map { _ in 1.0 }
    let thickness: Double
    switch SelfAbsorption(self, lines, electrons: electrons).iterate(amounts, &absorption) {
    case .settled(let found): thickness = found
    case .unsettled:
      throw FitError(
        "the absorption of the composition does not settle", advice: "Check the thickness, the dose and the factors.")
    case .tooThick(let found): throw tooThick(found)
    }
    let corrected = zip(amounts, absorption).map { $0 * $1 }
    let total = corrected.reduce(0, +)
    let fractions = corrected.map { $0 / total }
    let moles = zip(fractions, lines).reduce(0) { $0 + $1.0 / $1.1.atomicWeight }
    let atoms = zip(fractions, lines).map { $0 / $1.atomicWeight / moles }
    // Errors relative to the sum of all, which hold where a line has no counts too.
    let perCount = lines.indices.map { lines[$0].strength * absorption[$0] / total }
    let perAtom = lines.map { 1 / $0.atomicWeight / moles }
    func covariances(withFactors: Bool) -> Matrix {
      var parts = Matrix(zeros: lines.count, lines.count)
      for row in lines.indices {
        for column in lines.indices where row == column || covariance != nil {
          let counted = covariance?[row, column] ?? (lines[row].intensity.error * lines[row].intensity.error)
          parts[row, column] = counted * perCount[row] * perCount[column]
        }
        let factor = withFactors ? fractions[row] * lines[row].relativeError : 0
        parts[row, row] += factor * factor
      }
      return parts
    }
    let own = covariances(withFactors: !table.isCalculated)
    let weightErrors = Self.errors(fractions, own)
    let atomErrors = Self.errors(atoms, own.scaled(both: perAtom))
    let allErrors = Self.errors(atoms, covariances(withFactors: true).scaled(both: perAtom))
    return Composition(
      amounts: lines.indices.map { index in
        Amount(
          intensity: lines[index].intensity, weightFraction: fractions[index], weightError: weightErrors[index],
          atomicFraction: atoms[index], atomicError: atomErrors[index], atomicErrorWithFactors: allErrors[index],
          absorption: absorption[index])
      },
      massThickness: massThickness ?? (thickness > 0 ? thickness : nil))
  }

  private func tooThick(_ thickness: Double) -> FitError {
    let text = SpectrumFit.text(thickness * 1e3)
    return massThickness == nil
      ? FitError(
        "counts and dose tell of a film of \(text) mg/cm², which no beam goes through",
        advice: "Check the beam current, the times and the factors, or give --thickness and --density.")
      : FitError(
        "the film has \(text) mg/cm², which no beam goes through", advice: "Check thickness (in nm) and density (in g/cm³).")
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

  /// The errors of fractions of a sum from the covariances of its parts over the sum.
  private static func errors(_ fractions: [Double], _ parts: Matrix) -> [Double] {
    let sums = parts.times(fractions.map { _ in 1.0 })
    let all = sums.reduce(0, +)
    return fractions.indices.map { index in
      let fraction = fractions[index]
      let variance = parts[index, index] - 2 * fraction * sums[index] + fraction * fraction * all
      // Rounding may leave less than nothing; what is no number stays that.
      return (variance < 0 ? 0 : variance).squareRoot()
    }
  }
}

extension Matrix {
  /// Each row and each column times a factor.
  fileprivate func scaled(both factors: [Double]) -> Matrix {
    var result = scaled(columns: factors)
    for row in 0..<rows { for column in 0..<columns { result[row, column] *= factors[row] } }
    return result
  }
}
