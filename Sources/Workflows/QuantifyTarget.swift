import Store

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
      // Its place may have another name by now.
      self.init(try StoredSpectrum(String(spectrum.split(separator: "/").last ?? ""), of: holder))
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

  /// What is quantified, under the conditions that the parameters hold; where they hold none, as of now.
  func source(
    _ parameters: Quantify.Parameters, _ resources: Resources, _ observer: Observer
  ) throws -> SpectrumSource {
    let known = try parameters.known ?? KnownConditions(of: holder, for: parameters)
    if let stored { return SpectrumSource(stored, known) }
    guard let maps else { throw WorkflowError("there is nothing to quantify", advice: "Name a spectrum or a map.") }
    return try SpectrumSource(summing: maps, known, threads: resources.threads, observer)
  }
}
