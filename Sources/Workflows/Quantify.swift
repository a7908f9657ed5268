internal import Foundation
internal import Microscopy
public import Store
public import XRay

/// The composition of a spectrum, or of every pixel of a map or series, kept in the file as a result.
public struct Quantify: Sendable {
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
    /// keV
    public var range: ClosedRange<Double>?
    public var backgroundTerms = 2
    /// Elements of which each subshell of L and M has an amount of its own.
    public var freeSubshells: [String] = []

    public init() {}
  }

  public var parameters: Parameters
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20
  /// The name of the result; nil: "quantify", or the next free of "quantify-2" …
  public var name: String?
  public var note = ""
  /// Whether nothing is written.
  public var isDryRun = false

  public init(_ parameters: Parameters) { self.parameters = parameters }

  /// - Throws: `FitError`, `WorkflowError`, `StoreError`, `Stopped`; nothing is written then.
  public func run(on store: Store, observer: Observer = .silent) throws -> QuantifyReport {
    let start = Date()
    let target = try QuantifyTarget(parameters, in: store)
    var parameters = parameters
    parameters.spectrum = target.spectrumName
    var made = try Provenance(operation: "quantify", parameters: parameters, inputs: target.inputs, note: note)
    let name = try name ?? target.holder.nextResultName("quantify")
    if !isDryRun { try target.holder.requireFree(name) }
    let found = try Self.find(parameters, target, threads: threads, memory: memory, observer)
    made.finish()
    var report = QuantifyReport(found, seconds: Date().timeIntervalSince(start))
    guard !isDryRun else { return report }
    let result = try writing {
      let result = try target.holder.addResult(name, made: made) { try found.fill($0) }
      try store.commit(observer)
      return result
    }
    (report.result, report.path) = (name, result.path)
    return report
  }

  static func find(
    _ parameters: Parameters, _ target: QuantifyTarget, threads: Int, memory: Int, _ observer: Observer
  ) throws -> QuantifyOutcome {
    let source = try target.source(threads: threads, memory: memory, observer)
    let setting = try QuantifySetting(parameters, source)
    let found = try setting.quantification.run(source.spectrum)
    var outcome = QuantifyOutcome(source: source, setting: setting, found: found)
    if let maps = target.maps, maps.hasPixels {
      outcome.pixels = try PixelMaps(
        found, setting, maps, electrons: source.electrons, threads: threads, memory: memory, observer)
    }
    return outcome
  }
}

/// What is quantified: a spectrum, or maps.
struct QuantifyTarget: Sendable {
  let holder: any ResultHolder
  let stored: StoredSpectrum?
  let maps: ResolvedMaps?

  init(_ parameters: Quantify.Parameters, in store: Store) throws {
    if let spectrum = parameters.spectrum {
      let stored: StoredSpectrum
      if let series = parameters.series {
        stored = try StoredSpectrum(spectrum, of: store.series(series))
      } else if let map = parameters.map {
        stored = try StoredSpectrum(spectrum, of: store.map(map))
      } else {
        stored = try StoredSpectrum(spectrum, in: store)
      }
      self.init(stored)
    } else if let series = parameters.series {
      try self.init(pixelsOf: store.series(series))
    } else {
      try self.init(pixelsOf: store.map(parameters.map))
    }
  }

  /// What was quantified, where its result is kept.
  init(_ parameters: Quantify.Parameters, for holder: any ResultHolder) throws {
    if let spectrum = parameters.spectrum {
      self.init(try StoredSpectrum(spectrum, of: holder))
    } else {
      try self.init(pixelsOf: holder)
    }
  }

  init(_ stored: StoredSpectrum) {
    holder = stored.holder
    self.stored = stored
    maps = nil
  }

  init(pixelsOf holder: any ResultHolder) throws {
    self.holder = holder
    stored = nil
    maps = try ResolvedMaps(holder)
  }

  /// The name of the spectrum that another program finds it by.
  var spectrumName: String? { stored?.name }

  var inputs: [Provenance.Input] {
    get throws {
      if let stored { return stored.inputs }
      return try maps?.maps.map { try $0.input } ?? []
    }
  }

  func source(threads: Int, memory: Int, _ observer: Observer) throws -> SpectrumSource {
    if let stored { return SpectrumSource(stored) }
    guard let maps else { throw WorkflowError("there is nothing to quantify", advice: "Name a spectrum or a map.") }
    return try SpectrumSource(summing: maps, threads: threads, memory: memory, observer)
  }
}
