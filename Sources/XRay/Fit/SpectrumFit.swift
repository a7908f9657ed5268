public import Microscopy

/// A model of an X-ray spectrum whose amounts are as likely as can be: lines of elements, bremsstrahlung, escape and sum
/// peaks.
///
/// One amount per element and shell scales lines in physical ratios, each a Gaussian integrated over the channels, seen through
/// the film and by the detector. The bremsstrahlung is Lifshin's (1974) two terms, absorbed and detected likewise. Calibration
/// and resolution are refined where the counts tell enough of them. Amounts are not negative; their errors are those of the
/// Fisher matrix of all that was fitted.
public struct SpectrumFit: Sendable {
  /// What is fitted.
  public struct Spectrum: Sendable {
    /// One per channel; NaN leaves a channel out.
    public var counts: [Double]
    /// Of each channel, less the common part; nil: the counts themselves, as of counted photons.
    public var variance: [Double]?
    /// One standard deviation of a part of the error that all channels share, fully correlated.
    public var commonDeviation: [Double]?
    /// Uniform, in keV.
    public var energies: Axis

    public init(counts: [Double], variance: [Double]? = nil, commonDeviation: [Double]? = nil, energies: Axis) {
      self.counts = counts
      self.variance = variance
      self.commonDeviation = commonDeviation
      self.energies = energies
    }
  }

  /// Symbols.
  public var elements: [String]
  /// keV
  public var beamEnergy: Double
  public var detector: SiliconDriftDetector
  /// How ionisation cross-sections are evaluated, on which the ratios of an element's lines depend.
  public var ionization = IonizationModel.usual
  /// What absorbs; nil: nothing.
  public var film: ThinFilm?
  /// Energies in keV that are fitted; nil: from below the lowest line to the end of the axis.
  public var range: ClosedRange<Double>?
  /// Whether peaks that lost a photon of Si Kα to the detector's surroundings are looked for.
  public var escapePeaks = true
  /// Whether photons that were counted as one are looked for.
  public var sumPeaks = true
  /// What is refined of the calibration.
  public var refined = SpectrumCalibration.Parameter.allCases
  /// Terms of the bremsstrahlung: Lifshin's 2, or 3 to 12 that bend his form smoothly, for detectors that are not as told.
  public var backgroundTerms = 2
  /// Elements of which each subshell of L and M has an amount of its own.
  public var freeSubshells: [String] = []
  /// What the refinement starts from; nil: the axis and the detector.
  public var start: SpectrumCalibration?

  public init(elements: [String], beamEnergy: Double, detector: SiliconDriftDetector = SiliconDriftDetector()) {
    self.elements = elements
    self.beamEnergy = beamEnergy
    self.detector = detector
  }
}

/// Why a spectrum cannot be fitted or quantified.
public struct FitError: Error, Hashable, Sendable, CustomStringConvertible {
  public var problem: String
  public var advice: String

  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem)\n\(advice)" }
}

extension SpectrumFit {
  /// The families of lines that the spectrum may hold, and the channels to look at.
  func families(_ spectrum: Spectrum) throws(FitError) -> (families: [ElementLines], channels: Range<Int>) {
    let axis = spectrum.energies
    guard axis.values == nil, axis.scale > 0, spectrum.counts.count == axis.size, axis.size > 1 else {
      throw FitError("the spectrum has no uniform energy axis", advice: "Give the channels a calibration in keV.")
    }
    guard beamEnergy > 0, beamEnergy.isFinite else {
      throw FitError("a beam energy of \(beamEnergy) keV makes no X-rays", advice: "Give the beam energy in keV.")
    }
    let end = axis.value(at: axis.size - 1)
    let highest = min(range?.upperBound ?? end, end, beamEnergy)
    let begin = max(axis.value(at: 0), detector.threshold + axis.scale)
    let lower = max(begin, range?.lowerBound ?? 0)
    let wanted = lower...max(lower, highest)
    let calibration = start ?? SpectrumCalibration(axis, detector)
    var all: [ElementLines] = []
    var lowest = 0.4
    for symbol in elements {
      let element = try Self.element(symbol)
      let within = ElementLines.families(
        of: element, beamEnergy: beamEnergy, within: 0...max(highest, begin) + 1,
        freeSubshells: freeSubshells.contains(symbol), model: ionization)
      let own = within.filter { $0.energy(of: $0.mainGroup).map { wanted.contains($0) } ?? false }
      let energies = own.compactMap { $0.energy(of: $0.mainGroup) }.filter { $0 > 0.25 }
      guard let main = energies.max() else {
        throw FitError(
          "\(symbol) has no line between \(Self.text(wanted.lowerBound)) and \(Self.text(wanted.upperBound)) keV",
          advice: "Leave the element out, or give a wider range.")
      }
      lowest = min(lowest, main - 2.5 * calibration.width(at: main))
      all += within
    }
    let from = max(range?.lowerBound ?? lowest, begin)
    let first = max(0, Int(((from - axis.offset) / axis.scale).rounded(.up)))
    let last = min(axis.size - 1, Int(((highest - axis.offset) / axis.scale).rounded(.down)))
    guard last - first >= 10 else {
      throw FitError(
        "only \(max(0, last - first + 1)) channels lie between \(Self.text(from)) and \(Self.text(highest)) keV",
        advice: "Give a wider range.")
    }
    return (all, first..<last + 1)
  }

  static func element(_ symbol: String) throws(FitError) -> Element {
    do {
      return try Element.known(symbol)
    } catch {
      throw FitError(error.problem, advice: error.advice)
    }
  }

  static func text(_ energy: Double) -> String { String((energy * 1000).rounded() / 1000) }
}
