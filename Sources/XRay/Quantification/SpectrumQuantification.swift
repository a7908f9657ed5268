import Microscopy

/// From a spectrum to a composition: a fit, or windows, then factors and absorption, until all agree.
public struct SpectrumQuantification: Sendable {
  public enum Counting: String, Codable, Hashable, Sendable, CaseIterable { case model, windows }

  /// Elements of the composition.
  public var elements: [String]
  /// Elements whose lines are fitted, but which are no part of the composition: of grid, holder, or surface.
  public var others: [String] = []
  /// The groups of lines to go by, for elements where the usual one is not wanted.
  public var lines: [String: String] = [:]
  public var counting = Counting.model
  public var method = SensitivityFactor.Method.cliffLorimer
  /// The element that k-factors are relative to; nil: silicon if it is there, else the first.
  public var reference: String?
  /// Factors from elsewhere; nil: from cross-sections.
  public var table: SensitivityTable?
  public var fit: SpectrumFit
  /// g/cm²
  public var massThickness: Double?
  public var electrons: Double?
  /// sr
  public var solidAngle: Double?

  public init(elements: [String], beamEnergy: Double, detector: SiliconDriftDetector) {
    self.elements = elements
    fit = SpectrumFit(elements: elements, beamEnergy: beamEnergy, detector: detector)
  }

  public struct Result: Sendable {
    public var composition: Quantification.Composition
    public var table: SensitivityTable
    /// Also for windows: what is fitted tells the calibration and the quality.
    public var fitted: FittedSpectrum
    /// In the order of the elements; nil for a fit.
    public var windows: [LineWindows]?
    public var intensities: [LineIntensity]
    /// Fits that were made until composition and absorption agreed.
    public var rounds: Int
  }

  /// - Throws: `FitError`.
  public func run(_ spectrum: SpectrumFit.Spectrum) throws(FitError) -> Result {
    try check()
    var fit = fitOfAll
    let lines = try mainLines(spectrum)
    let table = try sensitivities(lines)
    guard fit.backgroundTerms == nil else { return try settle(&fit, spectrum, lines, table) }
    // How far the background bends is asked when the film is known through which it came.
    fit.backgroundTerms = 2
    let plain = try settle(&fit, spectrum, lines, table)
    fit.backgroundTerms = nil
    let terms = try fit.fit(spectrum).backgroundTerms
    if terms == 2 { return plain }
    fit.backgroundTerms = terms
    return try settle(&fit, spectrum, lines, table)
  }

  /// Fits and corrects for absorption until the composition stays.
  private func settle(
    _ fit: inout SpectrumFit, _ spectrum: SpectrumFit.Spectrum, _ lines: [(element: String, line: String)],
    _ table: SensitivityTable
  ) throws(FitError) -> Result {
    let quantification = quantification(table, electrons: electrons)
    var last: Result?
    for round in 1...30 {
      let fitted = try fit.fit(spectrum)
      fit.start = fitted.calibration
      var windows: [LineWindows]?
      let intensities: [LineIntensity]
      switch counting {
      case .model: intensities = try Self.intensities(fitted, lines)
      case .windows:
        let own = try Self.windows(fitted, lines, spectrum.energies)
        windows = own
        intensities = try own.map { window throws(FitError) in try window.intensity(spectrum).intensity }
      }
      // Windows that share channels are taken for independent, as is usual.
      let covariance = counting == .model ? fitted.covariance(of: lines) : nil
      let composition = try quantification.composition(of: intensities, covariance: covariance)
      let result = Result(
        composition: composition, table: table, fitted: fitted, windows: windows, intensities: intensities, rounds: round)
      guard let film = composition.film(takeOffAngle: fit.detector.takeOffAngle) else { return result }
      if let last {
        let change = zip(last.composition.amounts, composition.amounts).map { abs($0.weightFraction - $1.weightFraction) }
        if (change.max() ?? 0) < 1e-8 { return result }
      }
      fit.film = film
      last = result
    }
    // The composition has settled to more digits than the counts tell.
    guard let last else { throw FitError("nothing was fitted", advice: "Give elements.") }
    return last
  }

  private func sensitivities(_ lines: [(element: String, line: String)]) throws(FitError) -> SensitivityTable {
    if let table { return table }
    return try .physics(
      method, lines: lines, reference: reference ?? (elements.contains("Si") ? "Si" : elements[0]), beamEnergy: fit.beamEnergy,
      detector: fit.detector, solidAngle: solidAngle, model: fit.ionization)
  }

  /// Whether counts and dose tell of a mass thickness: not by factors of which only ratios count.
  public var tellsThickness: Bool {
    electrons != nil && method != .cliffLorimer && (table != nil || solidAngle != nil)
  }

  /// What turns counts into a composition, for so many electrons.
  public func quantification(_ table: SensitivityTable, electrons: Double?) -> Quantification {
    var quantification = Quantification(
      table, beamEnergy: fit.beamEnergy, massThickness: massThickness, takeOffAngle: fit.detector.takeOffAngle,
      electrons: tellsThickness ? electrons : nil)
    quantification.tilt = fit.detector.tilt
    quantification.ionization = fit.ionization
    return quantification
  }

  /// The fit with all elements, each once: what is named twice would be fitted twice, and neither be told from the other.
  private var fitOfAll: SpectrumFit {
    var fit = fit
    fit.elements = (elements + others).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    return fit
  }

  private func check() throws(FitError) {
    guard !elements.isEmpty else { throw FitError("no elements to quantify", advice: "Name some: --elements O,Mg,Si.") }
    for (index, element) in elements.enumerated() where elements[..<index].contains(element) {
      throw FitError("\(element) is named twice", advice: "Name every element once.")
    }
    if let reference, !elements.contains(reference) {
      throw FitError(
        "the reference \(reference) is not among the elements", advice: "Choose one of \(elements.joined(separator: ", ")).")
    }
  }

  /// The group of lines that each element is quantified by: Kα up to 15 keV, else Lα up to 12 keV; else of what is left the one
  /// of which most photons are counted.
  public func mainLines(_ spectrum: SpectrumFit.Spectrum) throws(FitError) -> [(element: String, line: String)] {
    let fit = fitOfAll
    let (families, channels) = try fit.families(spectrum, fit.start ?? SpectrumCalibration(spectrum.energies, fit.detector))
    let axis = spectrum.energies
    let range = axis.value(at: channels.lowerBound)...axis.value(at: channels.upperBound - 1)
    var result: [(element: String, line: String)] = []
    for element in elements {
      let own = families.filter { $0.element == element }
      if let line = lines[element] {
        guard let energy = own.lazy.compactMap({ $0.energy(of: line) }).first, range.contains(energy) else {
          throw FitError(
            "\(element) has no line \(line) between \(SpectrumFit.text(range.lowerBound)) and "
              + "\(SpectrumFit.text(range.upperBound)) keV",
            advice: "It has \(own.flatMap(\.groups).joined(separator: ", ")).")
        }
        result.append((element, line))
        continue
      }
      let candidates = own.filter { family in family.energy(of: family.mainGroup).map { range.contains($0) } ?? false }
      let usual = candidates.first { family in
        family.energy(of: family.mainGroup).map { $0 <= (family.shell == .k ? 15 : family.shell == .l ? 12 : 0) && $0 > 1 }
          ?? false
          || family.shell == .k && family.energy(of: "Ka") ?? 99 <= 1
      }
      let strongest = candidates.max { counted($0) < counted($1) }
      guard let chosen = usual ?? strongest else {
        throw FitError(
          "\(element) has no line between \(SpectrumFit.text(range.lowerBound)) and \(SpectrumFit.text(range.upperBound)) keV",
          advice: "Leave the element out, or give a wider range.")
      }
      result.append((element, chosen.mainGroup))
    }
    return result
  }

  private func counted(_ family: ElementLines) -> Double {
    zip(family.lines, family.isMember(of: family.mainGroup)).reduce(0) { sum, line in
      sum + (line.1 ? line.0.crossSection * fit.detector.efficiency(at: line.0.energy) : 0)
    }
  }

  static func intensities(
    _ fitted: FittedSpectrum, _ lines: [(element: String, line: String)]
  ) throws(FitError) -> [LineIntensity] {
    var result: [LineIntensity] = []
    for (element, line) in lines {
      let family = fitted.families.first { $0.family.element == element && $0.fraction(of: line) > 0 }
      guard let family else {
        throw FitError("\(element) \(line) was not fitted", advice: "Give a wider range.")
      }
      let fraction = family.fraction(of: line)
      result.append(
        LineIntensity(
          element: element, line: line, netCounts: family.netCounts * fraction, error: family.error * fraction,
          escaped: fitted.escaped(family.family.energy(of: line) ?? 0)))
    }
    return result
  }

  /// Windows about lines, where the calibration that was refined has them; those of the background within six widths, where the
  /// fit has least of lines.
  static func windows(
    _ fitted: FittedSpectrum, _ lines: [(element: String, line: String)], _ axis: Axis
  ) throws(FitError) -> [LineWindows] {
    let others = zip(fitted.model, fitted.background).map { ($0 - $1) / max($1, 1e-3) }
    let calibration = fitted.calibration
    /// In units of the axis as it is told.
    func told(_ energy: Double) -> Double { axis.value(at: 0) + axis.scale * calibration.channel(ofEnergy: energy) }
    func share(_ from: Double, _ to: Double) -> Double {
      let low = Int(calibration.channel(ofEnergy: from).rounded()) - fitted.channels.lowerBound
      let high = Int(calibration.channel(ofEnergy: to).rounded()) - fitted.channels.lowerBound
      guard low >= 0, high <= others.count, low < high else { return .infinity }
      return others[low..<high].reduce(0, +) / Double(high - low)
    }
    var result: [LineWindows] = []
    for (element, line) in lines {
      let energy = fitted.families.lazy.filter { $0.family.element == element }.compactMap { $0.family.energy(of: line) }.first
      guard let energy else { throw FitError("\(element) \(line) was not fitted", advice: "Give a wider range.") }
      let width = calibration.width(at: energy)
      func window(_ side: Double) -> (Double, Double) {
        let steps = (0...18).map { 1.25 + 0.25 * Double($0) }
        let places = steps.map { step -> (cost: Double, from: Double) in
          let from = side < 0 ? energy - (step + 1) * width : energy + step * width
          return (share(from, from + width) + 0.02 * step, from)
        }
        let from = places.min { $0.cost < $1.cost }?.from ?? energy
        return (told(from), told(from + width))
      }
      result.append(
        try LineWindows(
          element: element, line: line, signal: (told(energy - width), told(energy + width)),
          background: [window(-1), window(1)], on: axis))
    }
    return result
  }
}
