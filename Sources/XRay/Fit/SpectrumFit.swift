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
    /// The covariance of what each channel has of its own with that common part, whose standard deviation is 1; nil: none.
    public var commonCovariance: [Double]?
    /// Uniform, in keV.
    public var energies: Axis

    public init(
      counts: [Double], variance: [Double]? = nil, commonDeviation: [Double]? = nil, commonCovariance: [Double]? = nil,
      energies: Axis
    ) {
      self.counts = counts
      self.variance = variance
      self.commonDeviation = commonDeviation
      self.commonCovariance = commonCovariance
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
  /// Terms of the bremsstrahlung: Lifshin's 2, or 3 to 12 that bend his form smoothly, for films and detectors that are not as
  /// told; nil: as many as the counts ask for.
  public var backgroundTerms: Int?
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
  ///
  /// - Parameter calibration: how wide lines are.
  func families(
    _ spectrum: Spectrum, _ calibration: SpectrumCalibration
  ) throws(FitError) -> (families: [ElementLines], channels: Range<Int>) {
    let axis = spectrum.energies
    try axis.requireUniform(spectrum.counts.count)
    guard beamEnergy > 0, beamEnergy.isFinite else {
      throw FitError("a beam energy of \(beamEnergy) keV makes no X-rays", advice: "Give the beam energy in keV.")
    }
    let end = axis.value(at: axis.size - 1)
    let highest = min(range?.upperBound ?? end, end, beamEnergy)
    let begin = max(axis.value(at: 0), detector.threshold + axis.scale)
    let lower = max(begin, range?.lowerBound ?? 0)
    let wanted = lower...max(lower, highest)
    var all: [ElementLines] = []
    var lowest = 0.4
    for symbol in elements {
      let element = try Self.element(symbol)
      let within = ElementLines.families(
        of: element, beamEnergy: beamEnergy, within: 0...max(highest, begin) + 1,
        freeSubshells: freeSubshells.contains(symbol), model: ionization)
      let own = within.filter { $0.energy(of: $0.mainGroup).map { wanted.contains($0) } ?? false }
      let energies = own.compactMap { $0.energy(of: $0.mainGroup) }.filter { $0 > 0.25 }
      guard let main = energies.max() else { throw Self.noLine(of: symbol, own, in: wanted) }
      lowest = min(lowest, main - 2.5 * calibration.width(at: main))
      all += within
    }
    let from = max(range?.lowerBound ?? lowest, begin)
    let ends = [((from - axis.offset) / axis.scale).rounded(.up), ((highest - axis.offset) / axis.scale).rounded(.down)]
    let first = Int(min(max(ends[0], 0), Double(axis.size)))
    let last = Int(min(max(ends[1], -1), Double(axis.size - 1)))
    guard last - first >= 10 else {
      throw FitError(
        "only \(max(0, last - first + 1)) channels lie between \(Self.text(from)) and \(Self.text(highest)) keV",
        advice: "Give a wider range.")
    }
    return (all, first..<last + 1)
  }

  /// Why an element cannot be measured, by the families that it has in range.
  private static func noLine(of symbol: String, _ families: [ElementLines], in range: ClosedRange<Double>) -> FitError {
    let low = families.compactMap { family in
      family.energy(of: family.mainGroup).map { "\(symbol) \(family.mainGroup) at \(text($0)) keV" }
    }
    guard low.isEmpty else {
      return FitError(
        "lines below 0.25 keV are not quantified, and \(symbol) has no other in range: \(low.joined(separator: ", "))",
        advice: "Leave the element out.")
    }
    return FitError(
      "\(symbol) has no line between \(text(max(range.lowerBound, 0.25))) and \(text(range.upperBound)) keV; lines below 0.25 keV "
        + "are not quantified", advice: "Leave the element out, or give a wider range.")
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

extension Axis {
  /// - Throws: `FitError` for an axis that is no uniform one of so many channels.
  fileprivate func requireUniform(_ count: Int) throws(FitError) {
    guard values == nil, scale > 0, scale.isFinite, offset.isFinite, count == size, size > 1 else {
      throw FitError("the spectrum has no uniform energy axis", advice: "Give the channels a calibration in keV.")
    }
  }
}
