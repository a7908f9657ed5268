internal import Blocks
public import Decomposition
internal import Foundation
internal import Microscopy
public import Store

/// Finds how much of known spectra each pixel of a map or a series holds.
public struct FindAbundances: Sendable {
  /// What the result's provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    /// Names of stored spectra, which lead to them whatever else comes to the file.
    var spectra: [String]
    var unmixing: Unmixing
    var target: FactorizationTarget
  }

  /// Names of spectra: results of `spectrum` and `subtract`, or `RESULT:I` for a component.
  public var spectra: [String]
  public var unmixing: Unmixing
  /// Without a map and a series: those of the first spectrum.
  public var target: FactorizationTarget
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// The name of the result; nil: "abundances", or the next free of "abundances-2" …
  public var name: String?
  public var note = ""

  public init(spectra: [String], unmixing: Unmixing, target: FactorizationTarget) {
    self.spectra = spectra
    self.unmixing = unmixing
    self.target = target
  }

  public struct Report: Codable, Sendable {
    public struct Component: Codable, Hashable, Sendable {
      public var spectrum: String
      /// Over pixels with counts.
      public var meanAbundance: Double
      /// The part of all counts that it explains.
      public var share: Double
      /// The part of the spectrum that is negative.
      public var negativePart: Double
    }

    public var result: String
    public var path: String
    public var method: String
    public var components: [Component]
    /// The mean of the pixels' reduced χ².
    public var reducedChiSquare: Double
    /// Pixels whose likelihood was not found as exactly as wanted.
    public var unconverged: Int
    public var seconds: Double
    public var peakMemoryBytes: Int

    enum CodingKeys: String, CodingKey {
      case result, path, method, components, unconverged, seconds
      case reducedChiSquare = "reduced_chi_square"
      case peakMemoryBytes = "peak_memory_bytes"
    }
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let found = try spectra.map { name in try StoredSpectrum(name, in: store) }
    guard let first = found.first else {
      throw WorkflowError("there are no spectra to unmix with", advice: "Name some with --spectra A,B,C.")
    }
    let isGiven = target.map != nil || target.series != nil
    let resolved = try isGiven ? target.resolve(in: store) : target.resolve(for: first.holder)
    let name = try name ?? resolved.holder.nextResultName("abundances")
    try resolved.holder.requireFree(name)
    let parameters = Parameters(spectra: found.map(\.name), unmixing: unmixing, target: target)
    var made = try Provenance(
      operation: "abundances", parameters: parameters, inputs: resolved.inputs + found.flatMap(\.inputs), started: start,
      note: note)
    let mixtures = try Self.unmix(
      unmixing, found, resolved, threads: threads, memory: memory, observer)
    made.finish()
    let result = try writing {
      let result = try resolved.holder.addResult(name, made: made) { try Self.fill($0, mixtures, found, resolved) }
      try store.commit(observer)
      return result
    }
    let summary = Summary(mixtures)
    return Report(
      result: name, path: result.path, method: unmixing.method.rawValue,
      components: found.indices.map { index in
        .init(
          spectrum: found[index].name, meanAbundance: summary.means[index], share: summary.shares[index],
          negativePart: mixtures.negativeParts[index])
      },
      reducedChiSquare: summary.residual, unconverged: mixtures.unconverged, seconds: Date().timeIntervalSince(start),
      peakMemoryBytes: peakMemory())
  }

  static func unmix(
    _ unmixing: Unmixing, _ spectra: [StoredSpectrum], _ resolved: ResolvedTarget, threads: Int, memory: Int,
    _ observer: Observer
  ) throws -> Unmixing.Result {
    let columns = try spectra.map { spectrum in
      try resolved.demandSameChannels(spectrum)
      return resolved.columns(spectrum.counts)
    }
    do {
      return try resolved.located {
        try unmixing.fit(
          resolved.source, spectra: columns, names: spectra.map(\.name), threads: threads, memory: memory
        ) { done, total in
          observer.report(.init("Unmixing", done: done, of: total, .items))
          return observer.isStopped() ? .stop : .proceed
        }
      }
    } catch is Unmixing.Interrupted {
      throw Stopped("\(resolved.holder.store.path) is as it was")
    }
  }

  /// What a result holds of an unmixing.
  static func fill(
    _ result: ResultBuilder, _ found: Unmixing.Result, _ spectra: [StoredSpectrum], _ resolved: ResolvedTarget
  ) throws {
    let abundances = resolved.images(found.abundances)
    let totals = resolved.singleImages(found.totals)
    let residuals = resolved.singleImages(found.residuals)
    if resolved.holder is Series {
      try result.images(perMap: abundances)
      try result.image(perMap: totals, name: "thickness")
      try result.image(perMap: residuals, name: "residual")
    } else {
      try result.images(abundances[0])
      try result.image(totals[0], name: "thickness")
      try result.image(residuals[0], name: "residual")
    }
    let normalised = spectra.flatMap { spectrum in
      let sum = resolved.columns(spectrum.counts).reduce(0, +)
      return resolved.spread(resolved.columns(spectrum.counts).map { Float($0 / sum) })
    }
    try result.spectra(StoredArray(normalised, shape: [spectra.count] + resolved.maps[0].signalShape))
    let summary = Summary(found)
    try result.table(
      "components",
      [
        TableColumn("spectrum", texts: spectra.map(\.name)), TableColumn("mean_abundance", numbers: summary.means),
        TableColumn("share", numbers: summary.shares), TableColumn("negative_part", numbers: found.negativeParts),
      ])
    try result.scalar("reduced_chi_square", summary.residual)
    try result.scalar("unconverged", Double(found.unconverged))
  }

  /// Means over the pixels with counts.
  private struct Summary {
    var means: [Double]
    var shares: [Double]
    var residual: Double

    init(_ found: Unmixing.Result) {
      let pixels = found.residuals.indices.filter { found.residuals[$0].isFinite }
      let count = Double(max(1, pixels.count))
      let total = pixels.reduce(0.0) { $0 + Double(found.totals[$1]) }
      means = found.abundances.map { image in pixels.reduce(0.0) { $0 + Double(image[$1]) } / count }
      shares = found.abundances.map { image in
        pixels.reduce(0.0) { $0 + Double(image[$1]) * Double(found.totals[$1]) } / max(total, .leastNormalMagnitude)
      }
      residual = pixels.reduce(0.0) { $0 + Double(found.residuals[$1]) } / count
    }
  }
}

extension FindAbundances: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let spectra = try parameters.spectra.map { name in try StoredSpectrum(name, in: holder.store) }
    let resolved = try parameters.target.resolve(for: holder)
    let found = try unmix(
      parameters.unmixing, spectra, resolved, threads: resources.threads, memory: resources.memory, observer)
    return { try fill($0, found, spectra, resolved) }
  }
}
