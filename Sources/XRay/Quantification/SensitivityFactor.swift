import Microscopy

/// What turns the counts of a line into an amount of its element, as one of three methods has it.
public struct SensitivityFactor: Hashable, Sendable, Codable {
  /// How counts are turned into a composition.
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// Weight fractions as k I: k relative to a line of the sample, without unit.
    case cliffLorimer = "cliff-lorimer"
    /// Weight fractions as ζ I, and a mass thickness: ζ in kg electrons per m² and photon (Watanabe & Williams 2006).
    case zeta
    /// Atoms as I / σ: σ in barns per atom, of photons that are counted.
    case crossSection = "cross-section"
  }

  public var element: String
  /// "Ka"
  public var line: String
  /// k, ζ or σ.
  public var value: Double
  /// One standard deviation over the value; 0 where none is known. Of calculated factors that of the cross-section.
  public var relativeError: Double

  public init(element: String, line: String, value: Double, relativeError: Double = 0) {
    self.element = element
    self.line = line
    self.value = value
    self.relativeError = relativeError
  }
}

/// The factors of several lines, and where they are from.
public struct SensitivityTable: Hashable, Sendable, Codable {
  public var method: SensitivityFactor.Method
  public var factors: [SensitivityFactor]
  /// In words: of which lines, relative to what, at what beam energy, from which source.
  public var source: String
  /// Whether the factors were calculated: their errors are then estimates, the same for every sample.
  public var isCalculated: Bool

  public init(
    method: SensitivityFactor.Method, factors: [SensitivityFactor], source: String, isCalculated: Bool = false
  ) {
    self.isCalculated = isCalculated
    self.method = method
    self.factors = factors
    self.source = source
  }

  /// The factor of a line.
  public func factor(_ element: String, _ line: String) -> SensitivityFactor? {
    factors.first { $0.element == element && $0.line == line }
  }

  /// Factors from the cross-sections of lines and the detector's efficiency.
  ///
  /// The cross-section of a line is the ionisation's times cascades, fluorescence yield and radiative rate, of all lines of
  /// the group, each times the efficiency at its energy: k = (M/σε) / (M/σε of the reference), ζ = 4π M / (N_A σε Ω),
  /// σ = σε Ω/4π.
  ///
  /// - Parameters:
  ///   - lines: elements and groups of lines, such as ("Nd", "La").
  ///   - reference: the element whose k is 1.
  ///   - model: of the ionisation cross-sections.
  ///   - solidAngle: sr; nil: the whole sphere, so that only ratios mean something.
  public static func physics(
    _ method: SensitivityFactor.Method, lines: [(element: String, line: String)], reference: String, beamEnergy: Double,
    detector: SiliconDriftDetector, solidAngle: Double?, model: IonizationModel = .usual
  ) throws(FitError) -> SensitivityTable {
    let part = (solidAngle ?? 4 * .pi) / (4 * .pi)
    var groups: [LineGroup] = []
    for (element, line) in lines {
      do {
        groups.append(try LineGroup(element: element, line: line, beamEnergy: beamEnergy, model: model))
      } catch {
        throw FitError(error.problem, advice: error.advice)
      }
    }
    guard let first = groups.first(where: { $0.element.symbol == reference }) else {
      throw FitError(
        "the reference \(reference) is not among the elements",
        advice: "Choose one of \(lines.map(\.element).joined(separator: ", ")).")
    }
    let factors = try groups.map { group throws(FitError) in
      let counted = group.detectedCrossSection(detector) * part
      guard counted > 0 else {
        throw FitError("the detector sees nothing of \(group)", advice: "Choose another line, or give its factor in a file.")
      }
      let value =
        switch method {
        case .cliffLorimer: KFactor(group, reference: first, detector: detector).weight
        // g/mol → kg, cm² → m².
        case .zeta: group.element.atomicWeight * 1e-3 / (6.022_140_76e23 * counted * 1e-4)
        case .crossSection: counted * 1e24
        }
      return SensitivityFactor(
        element: group.element.symbol, line: group.name, value: value, relativeError: KFactor.uncertainty(group))
    }
    let relative = method == .cliffLorimer ? " by weight, relative to \(first)," : ""
    let angle = method == .cliffLorimer || solidAngle != nil ? "" : "; the solid angle is not known, so only ratios count"
    return SensitivityTable(
      method: method, factors: factors,
      source: "computed\(relative) at \(SpectrumFit.text(beamEnergy)) keV from ionisation cross-sections (\(model.rawValue)), "
        + "cascades, fluorescence yields, radiative rates and the detector's efficiency\(angle)", isCalculated: true)
  }
}
