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
  /// One standard deviation over the value; 0 where none is known.
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

  public init(method: SensitivityFactor.Method, factors: [SensitivityFactor], source: String) {
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
  ///   - solidAngle: sr; nil: the whole sphere, so that only ratios mean something.
  public static func physics(
    _ method: SensitivityFactor.Method, lines: [(element: String, line: String)], reference: String, beamEnergy: Double,
    detector: SiliconDriftDetector, solidAngle: Double?
  ) throws(FitError) -> SensitivityTable {
    let part = (solidAngle ?? 4 * .pi) / (4 * .pi)
    var counted: [String: Double] = [:]
    var weights: [String: Double] = [:]
    for (element, line) in lines {
      let members = LineSource.lines(of: element, beamEnergy: beamEnergy).filter {
        LineSource.group(ofTransition: $0.transition) == line
      }
      let sum = members.reduce(0) { $0 + $1.crossSection * detector.efficiency(at: $1.energy) }
      guard let weight = LineSource.atomicWeight(of: element), sum > 0 else {
        throw FitError(
          "there is no cross-section for \(element) \(line) at \(SpectrumFit.text(beamEnergy)) keV",
          advice: "Choose another line, or give its factor in a file.")
      }
      counted["\(element) \(line)"] = sum * part
      weights[element] = weight
    }
    var factors: [SensitivityFactor] = []
    let first = lines.first { $0.element == reference }
    guard let first, let unit = counted["\(first.element) \(first.line)"], let unitWeight = weights[first.element] else {
      throw FitError(
        "the reference \(reference) is not among the elements",
        advice: "Choose one of \(lines.map(\.element).joined(separator: ", ")).")
    }
    for (element, line) in lines {
      guard let own = counted["\(element) \(line)"], let weight = weights[element] else { continue }
      let value =
        switch method {
        case .cliffLorimer: weight / own / (unitWeight / unit)
        // g/mol → kg, cm² → m².
        case .zeta: weight * 1e-3 / (6.022_140_76e23 * own * 1e-4)
        case .crossSection: own * 1e24
        }
      factors.append(SensitivityFactor(element: element, line: line, value: value))
    }
    let relative = method == .cliffLorimer ? " by weight, relative to \(first.element) \(first.line)," : ""
    let angle = method == .cliffLorimer || solidAngle != nil ? "" : "; the solid angle is not known, so only ratios count"
    return SensitivityTable(
      method: method, factors: factors,
      source: "computed\(relative) at \(SpectrumFit.text(beamEnergy)) keV from ionisation cross-sections, cascades, "
        + "fluorescence yields, radiative rates and the detector's efficiency; their uncertainty is not included\(angle)")
  }
}
