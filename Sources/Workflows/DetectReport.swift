internal import XRay

/// What was found of lines.
public struct DetectReport: Codable, Sendable {
  public struct Line: Codable, Sendable {
    public var symbol: String
    /// "La"
    public var line: String
    /// keV
    public var energy: Double
    public var netCounts: Double
    @NullIfNone public var netCountsError: Double
    /// Counts of all else under the line.
    public var backgroundCounts: Double
    /// Null without background, as are limits in multiples of its deviation.
    @OrNull public var snr: Double?
    /// Whether the net counts are above Currie's critical level.
    public var detected: Bool
    public var detectedConvention: String
    public var atomicPpm: Double
    @NullIfNone public var atomicPpmError: Double
    public var weightPpm: Double
    /// Atomic ppm at SNR = 3.
    @OrNull public var lodPpm: Double?
    public var lodConvention: String
    public var limits: [Limit]
    /// Pearson's χ² of the fit per channel, about the line; null of windows.
    @OrNull public var reducedChiSquare: Double?

    enum CodingKeys: String, CodingKey {
      case symbol, line, energy, snr, detected, limits
      case netCounts = "net_counts"
      case netCountsError = "net_counts_error"
      case backgroundCounts = "background_counts"
      case atomicPpm = "atomic_ppm"
      case atomicPpmError = "atomic_ppm_error"
      case weightPpm = "weight_ppm"
      case lodPpm = "lod_ppm"
      case lodConvention = "lod_convention"
      case detectedConvention = "detected_convention"
      case reducedChiSquare = "reduced_chi_square"
    }
  }

  public struct Limit: Codable, Sendable {
    public var convention: String
    @OrNull public var netCounts: Double?
    @OrNull public var atomicPpm: Double?
    @OrNull public var weightPpm: Double?

    enum CodingKeys: String, CodingKey {
      case convention
      case netCounts = "net_counts"
      case atomicPpm = "atomic_ppm"
      case weightPpm = "weight_ppm"
    }
  }

  /// nil when nothing was written.
  public var result: String?
  public var path: String?
  public var spectrum: String
  public var reference: String
  public var lines: [Line]
  /// Of the fit; null of windows, as is `deviancePerDof`.
  @OrNull public var reducedChiSquare: Double?
  @OrNull public var deviancePerDof: Double?
  /// What makes the numbers doubtful, in words.
  public var warnings: [String]
  /// Pixels that were summed; nil when that is not known.
  public var pixels: Double?
  public var convention: String
  public var seconds: Double
  public var peakMemoryBytes: Int

  enum CodingKeys: String, CodingKey {
    case result, path, spectrum, reference, lines, pixels, convention, warnings, seconds
    case reducedChiSquare = "reduced_chi_square"
    case deviancePerDof = "deviance_per_dof"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  init(_ found: DetectOutcome, seconds: Double) {
    spectrum = found.outcome.source.name
    reference = "\(found.reference.element) \(found.reference.line)"
    lines = found.lines.map { Line($0) }
    let measured = found.outcome.found.windows == nil ? found.outcome.found.fitted : nil
    reducedChiSquare = measured?.reducedChiSquare
    deviancePerDof = measured?.devianceByFreedom
    warnings = found.outcome.setting.warnings(found.outcome.found)
    pixels = found.outcome.source.pixels
    convention = found.convention
    self.seconds = seconds
    peakMemoryBytes = peakMemory()
  }
}

extension DetectReport.Line {
  init(_ found: LineDetection) {
    let detection = found.detection
    symbol = detection.intensity.element
    line = detection.intensity.line
    energy = found.energy
    netCounts = detection.intensity.netCounts
    netCountsError = detection.intensity.error
    backgroundCounts = detection.background
    snr = detection.signalToNoise
    detected = detection.isDetected
    detectedConvention = Detection.decision
    atomicPpm = detection.intensity.netCounts * found.atomicPartsPerCount
    atomicPpmError = detection.intensity.error * found.atomicPartsPerCount
    weightPpm = detection.intensity.netCounts * found.weightPartsPerCount
    limits = detection.limits.map { limit in
      DetectReport.Limit(
        convention: limit.convention, netCounts: limit.netCounts, atomicPpm: limit.netCounts * found.atomicPartsPerCount,
        weightPpm: limit.netCounts * found.weightPartsPerCount)
    }
    reducedChiSquare = found.reducedChiSquare
    lodPpm = limits[0].atomicPpm
    lodConvention = limits[0].convention
  }
}
