internal import Foundation
internal import Microscopy
public import Store
public import XRay

/// The composition of a spectrum, or of every pixel of a map or series, kept in the file as a result.
public struct Quantify: SpectrumAnalysis {
  /// What the result's provenance holds as its parameters.
  public struct Parameters: Codable, Hashable, Sendable {
    /// A result that is a spectrum; nil: the pixels of the map or series.
    public var spectrum: String?
    public var map: String?
    public var series: String?
    /// Empty: those that the metadata name.
    public var elements: [String] = []
    /// Elements whose lines are fitted, but which are no part of the composition.
    public var others: [String] = []
    /// The lines to go by, for elements where the usual one is not wanted: "U": "La".
    public var lines: [String: String] = [:]
    public var counting = SpectrumQuantification.Counting.model
    public var method = SensitivityFactor.Method.cliffLorimer
    public var reference: String?
    /// Factors from elsewhere; nil: from cross-sections.
    public var factors: SensitivityTable?
    /// nm; nil: as the metadata have it, or no absorption.
    public var thickness: Double?
    /// g/cm³
    public var density: Double?
    /// keV; nil: as the metadata have it.
    public var beamEnergy: Double?
    /// Degrees; nil: as the metadata have it.
    public var takeOffAngle: Double?
    /// Electrons per pixel; nil: as the metadata have it.
    public var dose: Double?
    /// What stands before the detector; nil: nothing, as in results of versions that had no choice.
    public var detector: DetectorEntrance?
    /// keV
    public var range: ClosedRange<Double>?
    /// Nil: as many as the counts ask for.
    public var backgroundTerms: Int?
    /// How ionisation cross-sections are evaluated; nil in results of versions that had no choice: as `emtables`.
    public var crossSections: IonizationModel? = .usual
    /// Elements of which each subshell of L and M has an amount of its own.
    public var freeSubshells: [String] = []
    /// What the metadata told when the result was made; nil: as they are now.
    public var known: KnownConditions?

    public init() {}
  }

  public var parameters: Parameters
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  public var memory = 512 << 20
  public var name: String?
  public var note = ""
  public var isDryRun = false

  public init(_ parameters: Parameters) { self.parameters = parameters }

  /// - Throws: `FitError`, `WorkflowError`, `StoreError`, `Stopped`; nothing is written then.
  public func run(on store: Store, observer: Observer = .silent) throws -> QuantifyReport {
    let work = try carryOut(on: store, observer)
    var report = QuantifyReport(work.found, seconds: work.seconds)
    (report.result, report.path) = (work.result, work.path)
    return report
  }
}

extension Quantify: RepeatableAnalysis {
  static let operation = "quantify"
  static let quantification = \Parameters.self

  static func find(
    _ parameters: Parameters, _ target: QuantifyTarget, _ resources: Resources, _ observer: Observer
  ) throws -> QuantifyOutcome {
    let source = try target.source(parameters, resources, observer)
    let setting = try QuantifySetting(parameters, source)
    let found = try setting.quantification.run(source.spectrum)
    var outcome = QuantifyOutcome(source: source, setting: setting, found: found)
    if let maps = target.maps, maps.hasPixels {
      outcome.pixels = try PixelMaps(
        found, setting, maps, threads: resources.threads, observer)
    }
    return outcome
  }
}
