public import Microscopy

/// The line by which a matrix is scaled before it is subtracted, and how its net counts are found.
public struct ScalingLine: Sendable {
  public let element: String
  /// "Ka"
  public let line: String
  /// keV
  public let energy: Double
  public let shell: LineFamily.Shell
  private let beamEnergy: Double
  private let detector: SiliconDriftDetector

  /// The highest main line of usual use, below 10 keV, that an element has on an axis.
  private static let usualRange = 0.2...10.0

  /// - Parameters:
  ///   - line: "Ka", "La", "Ma" …; nil: Kα where it lies below 10 keV, else Lα or Mα.
  ///   - energies: uniform, in keV.
  /// - Throws: `FitError` for an element without data, or without such a line on the axis.
  public init(
    _ element: String, line: String?, energies: Axis, beamEnergy: Double, detector: SiliconDriftDetector
  ) throws(FitError) {
    let low = max(energies.value(at: 0), 0)
    let high = max(low, min(energies.value(at: energies.size - 1), beamEnergy))
    let families = LineFamily.families(of: element, beamEnergy: beamEnergy, within: 0...max(beamEnergy, 1))
    guard !families.isEmpty else {
      throw FitError("there are no lines of an element \"\(element)\"", advice: "Give a symbol, such as Si.")
    }
    let choices: [(LineFamily, String, Double)] = families.compactMap { family in
      let group = line ?? family.mainGroup
      guard let energy = family.energy(of: group), (low...high).contains(energy) else { return nil }
      return line != nil || Self.usualRange.contains(energy) ? (family, group, energy) : nil
    }
    guard let choice = choices.max(by: { $0.2 < $1.2 }) else {
      throw FitError(
        "\(element) has no line\(line.map { " \($0)" } ?? "") between \(SpectrumFit.text(low)) and \(SpectrumFit.text(high)) keV",
        advice: "Name another element, or a line with --lines.")
    }
    self.element = element
    (shell, self.line, energy) = (choice.0.shell, choice.1, choice.2)
    (self.beamEnergy, self.detector) = (beamEnergy, detector)
  }

  /// The line's window and those of the background beside it.
  public func windows(on energies: Axis) throws(FitError) -> LineWindows {
    try LineWindows(element: element, line: line, energy: energy, width: detector.width(at: energy), on: energies)
  }

  /// Net counts by windows: P − r B', with the variance P + r² B'.
  public func windowIntensity(_ spectrum: SpectrumFit.Spectrum) throws(FitError) -> LineIntensity {
    try windows(on: spectrum.energies).intensity(
      spectrum.counts, variance: spectrum.variance, common: spectrum.commonDeviation
    ).intensity
  }

  /// Net counts of the line's family in the mixture and the matrix by fits of both, the mixture with the calibration that the
  /// matrix has.
  ///
  /// - Parameter elements: all that the spectra may show.
  public func fittedIntensities(
    mixture: SpectrumFit.Spectrum, matrix: SpectrumFit.Spectrum, elements: [String]
  ) throws(FitError) -> (mixture: LineIntensity, matrix: LineIntensity) {
    let all = elements.contains(element) ? elements : elements + [element]
    var fit = SpectrumFit(elements: all, beamEnergy: beamEnergy, detector: detector)
    let first = try fit.fit(matrix)
    (fit.start, fit.refined) = (first.calibration, [])
    return (try intensity(try fit.fit(mixture), "mixture"), try intensity(first, "matrix"))
  }

  private func intensity(_ found: FittedSpectrum, _ name: String) throws(FitError) -> LineIntensity {
    guard let family = found.family(element, shell) else {
      throw FitError("the fit of the \(name) has no lines of \(element)", advice: "Use --fit windows.")
    }
    return LineIntensity(element: element, line: line, netCounts: family.netCounts, error: family.error)
  }
}
