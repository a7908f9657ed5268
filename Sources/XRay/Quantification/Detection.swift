import Foundation

/// How well a line stands out of what lies below it, and how much of its element would have to be there to be seen.
public struct Detection: Hashable, Sendable {
  public var intensity: LineIntensity
  /// Counts below the line: bremsstrahlung, other lines.
  public var background: Double
  /// One standard deviation of `background`'s own counts, √B for counted photons; 0 where less than a hundredth of a photon is
  /// expected.
  public var backgroundDeviation: Double
  /// One standard deviation σ₀ of the net counts were the line not there: of the background's counts and of its estimate; one
  /// photon at least, since a blank in which nothing was counted is not one in which nothing can be.
  public var blankDeviation: Double

  public init(intensity: LineIntensity, background: Double, backgroundDeviation: Double, blankDeviation: Double) {
    self.intensity = intensity
    self.background = background
    self.backgroundDeviation = backgroundDeviation
    self.blankDeviation = blankDeviation
  }

  /// Net counts over the standard deviation of the background beside the line (Chen et al. 2024); NaN without background.
  public var signalToNoise: Double { backgroundDeviation > 0 ? intensity.netCounts / backgroundDeviation : .nan }

  /// A limit by one convention, in net counts.
  public struct Limit: Hashable, Sendable {
    public var convention: String
    public var netCounts: Double
  }

  /// The limits by the usual conventions, the paper's first; those that are multiples of √B are NaN without background, of which
  /// they would say that nothing is enough to be seen.
  public var limits: [Limit] {
    let deviation = backgroundDeviation > 0 ? backgroundDeviation : .nan
    return [
      Limit(convention: Self.paper, netCounts: 3 * deviation),
      Limit(convention: "3 sqrt(2 B)", netCounts: 3 * 2.0.squareRoot() * deviation),
      Limit(convention: "Currie critical level L_C = 1.645 sigma_0", netCounts: criticalLevel),
      Limit(convention: "Currie detection limit L_D = 2.71 + 3.29 sigma_0", netCounts: 2.71 + 3.29 * blankDeviation),
    ]
  }

  /// Of Chen et al. 2024 and the American Chemical Society.
  public static let paper = "SNR = 3: 3 sqrt(B)"
  /// What `isDetected` goes by, which is another convention than a limit at SNR = 3.
  public static let decision = "net counts above Currie's critical level L_C = 1.645 sigma_0"

  /// Net counts above which a line is said to be there, at 5 % false alarms (Currie 1968).
  public var criticalLevel: Double { 1.645 * blankDeviation }
  public var isDetected: Bool { intensity.netCounts > criticalLevel }
}

extension Detection {
  /// A line of a fitted spectrum, against all else that the model has within a width at half maximum on each side.
  ///
  /// The deviation of a blank is that of the fit, less what the line's own counts add to it.
  init(_ intensity: LineIntensity, in fitted: FittedSpectrum, energy: Double) {
    let calibration = fitted.calibration
    let width = calibration.width(at: energy)
    let first = calibration.channel(ofEnergy: energy - width)
    let last = calibration.channel(ofEnergy: energy + width)
    let own = fitted.families.firstIndex { family in
      family.family.element == intensity.element && family.fraction(of: intensity.line) > 0
    }
    let line = own.map { fitted.component($0) } ?? []
    var (background, variance) = (0.0, 0.0)
    for (index, channel) in fitted.channels.enumerated() {
      // The parts of channels within the window.
      let share = min(last, Double(channel) + 0.5) - max(first, Double(channel) - 0.5)
      guard share > 0 else { continue }
      let part = min(share, 1)
      let lineCounts = line.isEmpty ? 0 : line[index]
      background += part * (fitted.model[index] - lineCounts)
      variance += part * max(fitted.variance[index] - max(lineCounts, 0), 0)
    }
    let fraction = own.map { fitted.families[$0].fraction(of: intensity.line) } ?? 1
    let blank = intensity.error * intensity.error - fraction * max(intensity.netCounts, 0)
    self.init(intensity, background, variance: variance, blank: max(blank, variance), photon: fitted.photon)
  }

  /// A line by windows: B = r B', and σ₀² = B + r² B'.
  ///
  /// - Parameter photon: what one photon is in the spectrum.
  init(_ windows: LineWindows, _ spectrum: SpectrumFit.Spectrum, photon: Double) {
    let (intensity, background) = windows.intensity(
      spectrum.counts, variance: spectrum.variance, common: spectrum.commonDeviation)
    let variance = spectrum.variance ?? spectrum.counts
    let beside = windows.background.reduce(0) { $0 + variance[$1].reduce(0, +) }
    let below = max(windows.ratio * beside, 0)
    self.init(
      intensity, background, variance: below, blank: below + windows.ratio * windows.ratio * max(beside, 0), photon: photon)
  }

  private init(_ intensity: LineIntensity, _ background: Double, variance: Double, blank: Double, photon: Double) {
    let unit = photon * photon
    self.init(
      intensity: intensity, background: background, backgroundDeviation: variance > 0.01 * unit ? variance.squareRoot() : 0,
      blankDeviation: max(blank, unit).squareRoot())
  }
}
