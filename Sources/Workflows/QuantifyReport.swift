internal import Foundation
public import XRay

/// What a quantification found.
public struct QuantifyReport: Codable, Sendable {
  public struct Element: Codable, Sendable {
    public var symbol: String
    /// "Ka"
    public var line: String
    public var netCounts: Double
    @NullIfNone public var netCountsError: Double
    public var atomicPercent: Double
    @NullIfNone public var atomicPercentError: Double
    /// With what calculated factors are estimated to be uncertain.
    @NullIfNone public var atomicPercentErrorWithFactors: Double
    /// Atomic percent over √N; null for a line without counts.
    @OrNull public var atomicPercentErrorPaper: Double?
    public var weightPercent: Double
    @NullIfNone public var weightPercentError: Double
    /// k, ζ or σ.
    @OrNull public var factor: Double?
    /// What the counts were multiplied by for absorption.
    public var absorption: Double

    enum CodingKeys: String, CodingKey {
      case symbol, line, factor, absorption
      case netCounts = "net_counts"
      case netCountsError = "net_counts_error"
      case atomicPercent = "atomic_percent"
      case atomicPercentError = "atomic_percent_error"
      case atomicPercentErrorWithFactors = "atomic_percent_error_with_factors"
      case atomicPercentErrorPaper = "atomic_percent_error_paper"
      case weightPercent = "weight_percent"
      case weightPercentError = "weight_percent_error"
    }
  }

  /// nil when nothing was written.
  public var result: String?
  public var path: String?
  /// What was quantified: a spectrum, or the sum of a map or series.
  public var spectrum: String
  public var elements: [Element]
  /// Of the fit; null where windows gave the net counts, as for `deviancePerDof`.
  @OrNull public var reducedChiSquare: Double?
  @OrNull public var deviancePerDof: Double?
  public var degreesOfFreedom: Int
  /// Terms of the bremsstrahlung that was fitted.
  public var backgroundTerms: Int
  public var converged: Bool
  public var convention: String
  /// What makes the numbers doubtful, in words.
  public var warnings: [String]
  /// keV
  public var beamEnergy: Double
  /// How ionisation cross-sections were evaluated.
  public var crossSections: IonizationModel
  /// keV at channel 0, keV per channel, and eV at Mn Kα, as the fit refined them.
  public var energyOffset: Double
  public var energyScale: Double
  public var energyResolution: Double
  /// Electrons per pixel, where the method needs them; null when they are not known.
  @OrNull public var dose: Double?
  /// µg/cm², as given or as counts and dose tell; null when it is not known.
  @OrNull public var massThickness: Double?
  /// nm and g/cm³; null when they are not known.
  @OrNull public var thickness: Double?
  @OrNull public var density: Double?
  /// Pixels that were quantified one by one; nil for a spectrum.
  public var pixels: Int?
  public var seconds: Double
  public var peakMemoryBytes: Int

  enum CodingKeys: String, CodingKey {
    case result, path, spectrum, elements, converged, convention, warnings, dose, thickness, density, pixels, seconds
    case reducedChiSquare = "reduced_chi_square"
    case deviancePerDof = "deviance_per_dof"
    case degreesOfFreedom = "degrees_of_freedom"
    case backgroundTerms = "background_terms"
    case beamEnergy = "beam_energy"
    case crossSections = "cross_sections"
    case energyOffset = "energy_offset"
    case energyScale = "energy_scale"
    case energyResolution = "energy_resolution"
    case massThickness = "mass_thickness"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  init(_ outcome: QuantifyOutcome, seconds: Double) {
    let (found, fitted) = (outcome.found, outcome.found.fitted)
    spectrum = outcome.source.name
    elements = found.composition.amounts.map { amount in
      Element(
        symbol: amount.intensity.element, line: amount.intensity.line, netCounts: amount.intensity.netCounts,
        netCountsError: amount.intensity.error, atomicPercent: 100 * amount.atomicFraction,
        atomicPercentError: 100 * amount.atomicError, atomicPercentErrorWithFactors: 100 * amount.atomicErrorWithFactors,
        atomicPercentErrorPaper: 100 * amount.atomicErrorOfCounts,
        weightPercent: 100 * amount.weightFraction, weightPercentError: 100 * amount.weightError,
        factor: found.table.factor(amount.intensity.element, amount.intensity.line)?.value,
        absorption: amount.absorption)
    }
    reducedChiSquare = found.windows == nil ? fitted.reducedChiSquare : nil
    deviancePerDof = found.windows == nil ? fitted.devianceByFreedom : nil
    degreesOfFreedom = fitted.degreesOfFreedom
    backgroundTerms = fitted.backgroundTerms
    converged = fitted.isConverged
    convention = outcome.convention
    warnings = outcome.warnings
    beamEnergy = outcome.setting.quantification.fit.beamEnergy
    crossSections = outcome.setting.quantification.fit.ionization
    energyOffset = fitted.calibration.offset
    energyScale = fitted.calibration.scale
    energyResolution = fitted.calibration.resolution
    dose = outcome.setting.dose
    massThickness = found.composition.massThickness.map { $0 * 1e6 }
    thickness = outcome.setting.thickness(found.composition)
    density = outcome.setting.density
    pixels = outcome.pixels?.count
    self.seconds = seconds
    peakMemoryBytes = peakMemory()
  }
}
