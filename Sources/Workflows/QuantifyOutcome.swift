import Microscopy
import Store
import XRay

/// What a quantification found, and what of it a result holds.
struct QuantifyOutcome: ResultContents {
  var source: SpectrumSource
  var setting: QuantifySetting
  var found: SpectrumQuantification.Result
  /// For maps.
  var pixels: PixelMaps?

  /// What the numbers are, with what pixels have none.
  var convention: String { setting.convention(found) + (pixels?.unsettledText.map { "; \($0)" } ?? "") }

  /// In words, what makes the numbers doubtful.
  var warnings: [String] { setting.warnings(found) + [pixels?.unsettledText].compactMap(\.self) }

  func fill(_ result: ResultBuilder) throws {
    if let pixels { try pixels.fill(result) }
    try FittedArrays(found, source).fill(result)
    let amounts = found.composition.amounts
    try result.table(
      "composition",
      [
        TableColumn("symbol", texts: amounts.map(\.intensity.element)),
        TableColumn("line", texts: amounts.map(\.intensity.line)),
        TableColumn("net_counts", units: "counts", numbers: amounts.map(\.intensity.netCounts)),
        TableColumn("net_counts_error", units: "counts", numbers: amounts.map(\.intensity.error)),
        TableColumn("atomic_percent", units: "%", numbers: amounts.map { 100 * $0.atomicFraction }),
        TableColumn("atomic_percent_error", units: "%", numbers: amounts.map { 100 * $0.atomicError }),
        TableColumn(
          "atomic_percent_error_with_factors", units: "%", numbers: amounts.map { 100 * $0.atomicErrorWithFactors }),
        TableColumn("atomic_percent_error_paper", units: "%", numbers: amounts.map { 100 * $0.atomicErrorOfCounts }),
        TableColumn("weight_percent", units: "%", numbers: amounts.map { 100 * $0.weightFraction }),
        TableColumn("weight_percent_error", units: "%", numbers: amounts.map { 100 * $0.weightError }),
        TableColumn(
          "factor",
          numbers: amounts.map { found.table.factor($0.intensity.element, $0.intensity.line)?.value ?? .nan }),
        TableColumn("absorption", numbers: amounts.map(\.absorption)),
      ])
    if let windows = found.windows { try fill(result, windows) }
    if let thickness = found.composition.massThickness {
      try result.scalar("mass_thickness", 1e6 * thickness, units: "ug/cm^2")
    }
    for (name, value, units) in [
      ("dose", setting.dose, "electrons"), ("thickness", setting.thickness(found.composition), "nm"),
      ("density", setting.density, "g/cm^3"),
    ] {
      if let value { try result.scalar(name, value, units: units) }
    }
    if let pixels { try result.scalar("unsettled_pixels", Double(pixels.unsettled)) }
    try result.text("convention", convention)
  }

  /// Windows by their channels, ends excluded; the two of the background are the one below and the one above the line.
  private func fill(_ result: ResultBuilder, _ windows: [LineWindows]) throws {
    func column(_ name: String, _ end: (LineWindows) -> Int?) -> TableColumn {
      TableColumn(name, numbers: windows.map { end($0).map(Double.init) ?? .nan })
    }
    try result.table(
      "windows",
      [
        TableColumn("symbol", texts: windows.map(\.element)), TableColumn("line", texts: windows.map(\.line)),
        column("from") { $0.signal.lowerBound }, column("to") { $0.signal.upperBound },
        column("low_from") { $0.background.first?.lowerBound }, column("low_to") { $0.background.first?.upperBound },
        column("high_from") { $0.background.dropFirst().first?.lowerBound },
        column("high_to") { $0.background.dropFirst().first?.upperBound },
      ])
  }
}

/// A fit as arrays over all channels, and as tables.
struct FittedArrays {
  private let fitted: FittedSpectrum
  private let source: SpectrumSource
  /// Whether the fit gave the net counts; of windows it only tells where they are.
  private let isMeasure: Bool

  init(_ found: SpectrumQuantification.Result, _ source: SpectrumSource) {
    fitted = found.fitted
    isMeasure = found.windows == nil
    self.source = source
  }

  func fill(_ result: ResultBuilder) throws {
    let axis = source.spectrum.energies
    let counts = source.spectrum.counts
    try result.array("counts", StoredArray(counts), axes: [axis])
    try result.array("model", StoredArray(spread(fitted.model)), axes: [axis])
    try result.array("background", StoredArray(spread(fitted.background)), axes: [axis])
    let differences = zip(fitted.channels, fitted.model).map { counts[$0] - $1 }
    try result.array("residuals", StoredArray(spread(differences)), axes: [axis])
    var elements: [String] = []
    for family in fitted.families where !elements.contains(family.family.element) { elements.append(family.family.element) }
    let components = elements.flatMap { element in
      var sum = [Double](repeating: 0, count: fitted.channels.count)
      for (index, family) in fitted.families.enumerated() where family.family.element == element {
        for (channel, value) in fitted.component(index).enumerated() { sum[channel] += value }
      }
      return spread(sum)
    }
    try result.spectra(
      StoredArray(components, shape: [elements.count, counts.count]), axes: [axis], name: "element_spectra")
    try result.table("element_spectra_names", [TableColumn("symbol", texts: elements)])
    try fillTables(result)
    try fillScalars(result)
  }

  private func fillTables(_ result: ResultBuilder) throws {
    try result.table(
      "families",
      [
        TableColumn("symbol", texts: fitted.families.map(\.family.element)),
        TableColumn("shell", texts: fitted.families.map { $0.family.subshell ?? $0.family.shell.rawValue }),
        TableColumn("net_counts", units: "counts", numbers: fitted.families.map(\.netCounts)),
        TableColumn("net_counts_error", units: "counts", numbers: fitted.families.map(\.error)),
      ])
    let lines = fitted.families.flatMap { family in
      family.family.groups.compactMap { group -> (FittedSpectrum.Family, String, Double, Double)? in
        let fraction = family.fraction(of: group)
        guard fraction > 0, let energy = family.family.energy(of: group) else {
          return nil
        }
        return (family, group, energy, fraction)
      }
    }
    try result.table(
      "lines",
      [
        TableColumn("symbol", texts: lines.map(\.0.family.element)),
        TableColumn("line", texts: lines.map(\.1)),
        TableColumn("energy", units: "keV", numbers: lines.map(\.2)),
        TableColumn("net_counts", units: "counts", numbers: lines.map { $0.0.netCounts * $0.3 }),
        TableColumn("net_counts_error", units: "counts", numbers: lines.map { $0.0.error * $0.3 }),
      ])
  }

  private func fillScalars(_ result: ResultBuilder) throws {
    if isMeasure {
      try result.scalar("reduced_chi_square", fitted.reducedChiSquare)
      try result.scalar("deviance_per_dof", fitted.devianceByFreedom)
      try result.scalar("degrees_of_freedom", Double(fitted.degreesOfFreedom))
    }
    try result.scalar("background_terms", Double(fitted.backgroundTerms))
    try result.scalar("converged", fitted.isConverged ? 1 : 0)
    try result.scalar("energy_offset", fitted.calibration.offset, units: "keV")
    try result.scalar("energy_scale", fitted.calibration.scale, units: "keV")
    try result.scalar("energy_resolution", fitted.calibration.resolution, units: "eV")
    if let escape = fitted.escape { try result.scalar("escape_peaks", escape) }
    if let sums = fitted.sumCounts { try result.scalar("sum_peak_counts", sums, units: "counts") }
  }

  /// Values of the fitted channels over all channels, NaN where nothing was fitted.
  private func spread(_ values: [Double]) -> [Double] {
    var all = [Double](repeating: .nan, count: source.spectrum.counts.count)
    for (channel, value) in zip(fitted.channels, values) { all[channel] = value }
    return all
  }
}
