internal import LinearAlgebra
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

  /// Net counts of a spectrum, and what each channel is multiplied by to give them, as far as they are linear in the channels;
  /// empty where that is not known.
  public struct Net: Sendable {
    public var intensity: LineIntensity
    public var weights: [Double] = []
  }

  /// Net counts by windows: P − r B', with the variance P + r² B'.
  public func windowNet(_ spectrum: SpectrumFit.Spectrum) throws(FitError) -> Net {
    let windows = try windows(on: spectrum.energies)
    return Net(
      intensity: try windows.intensity(spectrum).intensity, weights: windows.weights(channelCount: spectrum.counts.count))
  }

  /// Net counts of the line's family in the mixture and the matrix by fits of both, the mixture with the calibration that the
  /// matrix has.
  ///
  /// - Parameters:
  ///   - elements: all that the spectra may show.
  ///   - backgroundTerms: of the bremsstrahlung; nil: as many as the matrix asks for.
  ///   - range: energies in keV that are fitted; nil: from below the lowest line to the end of the axis.
  public func fittedNets(
    mixture: SpectrumFit.Spectrum, matrix: SpectrumFit.Spectrum, elements: [String], backgroundTerms: Int? = nil,
    range: ClosedRange<Double>? = nil
  ) throws(FitError) -> (mixture: Net, matrix: Net) {
    // What is named twice would be fitted twice, and neither be told from the other.
    var seen: Set<String> = []
    let all = (elements + [element]).filter { seen.insert($0).inserted }
    var fit = SpectrumFit(elements: all, beamEnergy: group.beamEnergy, detector: detector)
    (fit.backgroundTerms, fit.range) = (backgroundTerms, range)
    let first = try fit.fit(matrix)
    (fit.start, fit.refined, fit.backgroundTerms) = (first.calibration, [], first.backgroundTerms)
    let count = matrix.counts.count
    return (try net(try fit.fit(mixture), "mixture", count), try net(first, "matrix", count))
  }

  private func net(_ found: FittedSpectrum, _ name: String, _ channelCount: Int) throws(FitError) -> Net {
    let row = found.families.firstIndex { $0.family.element == element && $0.family.shell == group.family }
    guard let row else {
      throw FitError("the fit of the \(name) has no lines of \(element)", advice: "Use --fit windows.")
    }
    let family = found.families[row]
    var net = Net(
      intensity: LineIntensity(element: element, line: line, netCounts: family.netCounts, error: family.error))
    // Of the calibration mixture and matrix share, the ratio of their counts does not depend.
    if let estimator = found.estimator {
      net.weights = Array(repeating: 0, count: channelCount)
      for (index, channel) in found.channels.enumerated() { net.weights[channel] = estimator[row, index] }
    }
    return net
  }
}
