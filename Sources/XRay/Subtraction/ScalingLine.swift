public import Microscopy

/// The line by which a matrix is scaled before it is subtracted, and how its net counts are found.
public struct ScalingLine: Sendable {
  public let group: LineGroup
  private let detector: SiliconDriftDetector

  /// keV: where the main lines of elements are usually taken from.
  private static let usualRange = 0.2...10.0

  public var element: String { group.element.symbol }
  /// "Ka"
  public var line: String { group.name }

  /// - Parameters:
  ///   - line: "Ka", "La", "Ma" …; nil: Kα where it lies below 10 keV, else Lα or Mα.
  ///   - energies: uniform, in keV.
  /// - Throws: `FitError` for an element without data, or without such a line on the axis.
  public init(
    _ symbol: String, line: String?, energies: Axis, beamEnergy: Double, detector: SiliconDriftDetector
  ) throws(FitError) {
    let low = max(energies.value(at: 0), 0)
    let high = max(low, min(energies.value(at: energies.size - 1), beamEnergy))
    self.detector = detector
    do throws(LineError) {
      let element = try Element.known(symbol)
      guard let line else {
        let range = max(low, Self.usualRange.lowerBound)...max(low, min(high, Self.usualRange.upperBound), 0.2)
        guard let group = LineGroup.principal(of: element, beamEnergy: beamEnergy, in: range) else {
          throw LineError(
            "\(symbol) has no usual line between \(SpectrumFit.text(low)) and \(SpectrumFit.text(min(high, 10))) keV",
            advice: "Name another element, or a line with --lines.")
        }
        self.group = group
        return
      }
      let group = try LineGroup(element: symbol, line: line, beamEnergy: beamEnergy)
      guard (low...high).contains(group.energy) else {
        throw LineError(
          "\(group) lies at \(SpectrumFit.text(group.energy)) keV, beyond the spectrum", advice: "Name another line.")
      }
      self.group = group
    } catch {
      throw FitError(error.problem, advice: error.advice)
    }
  }

  /// The line's window, two widths at half maximum wide, and those of the background on each side, a width away.
  public func windows(on energies: Axis) throws(FitError) -> LineWindows {
    let (energy, width) = (group.energy, detector.width(at: group.energy))
    return try LineWindows(
      element: element, line: line, signal: (energy - width, energy + width),
      background: [(energy - 3 * width, energy - 2 * width), (energy + 2 * width, energy + 3 * width)], on: energies)
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
    // What is named twice would be fitted twice, and neither be told from the other.
    var seen: Set<String> = []
    let all = (elements + [element]).filter { seen.insert($0).inserted }
    var fit = SpectrumFit(elements: all, beamEnergy: group.beamEnergy, detector: detector)
    let first = try fit.fit(matrix)
    (fit.start, fit.refined) = (first.calibration, [])
    return (try intensity(try fit.fit(mixture), "mixture"), try intensity(first, "matrix"))
  }

  private func intensity(_ found: FittedSpectrum, _ name: String) throws(FitError) -> LineIntensity {
    guard let family = found.family(element, group.family) else {
      throw FitError("the fit of the \(name) has no lines of \(element)", advice: "Use --fit windows.")
    }
    return LineIntensity(element: element, line: line, netCounts: family.netCounts, error: family.error)
  }
}
