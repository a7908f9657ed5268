import Figures
import Foundation
import Microscopy
import Store

/// Spectra of results: sums, differences and fits.
extension ResultPictures {
  /// Counts with a model of them over one axis.
  func fitPicture() throws -> StoredPicture? {
    guard arrays.contains("counts"), arrays.contains("model") else { return nil }
    let (counts, model) = (try numbers("counts"), try numbers("model"))
    guard counts.axes.count == 1, model.axes.map(\.size) == counts.axes.map(\.size) else { return nil }
    let background = arrays.contains("background") ? try numbers("background").values : nil
    let axis = counts.axes[0]
    var spectrum = SpectrumPlot(
      axis: axis, metadata: metadata, options: options, quantity: metadata?.quantity.isEmpty == false ? nil : "Counts")
    let deviations = try deviations(counts.values)
    if let lines = try fittedLines() {
      let wanted = options.elements
      let variance = deviations?.map { $0 * $0 } ?? model.values.map { max($0, 0) }
      spectrum.fit = (lines.filter { line in wanted.map { $0.contains(line.element) } ?? true }, model.values, variance)
    } else if let elements = try quantifiedElements(), options.elements == nil {
      spectrum.elements = elements
    }
    let plot = try spectrum.plot("", [Curve(x: axis.coordinates, y: counts.values)])
    let fit = StackedPlots.fit(
      "", x: plot.x, y: plot.y, energies: axis.coordinates, counts: counts.values, model: model.values,
      background: background?.count == counts.values.count ? background : nil, deviations: deviations,
      residual: try deviations == nil && isOfDifference ? "residual / √fit" : "residual (σ)",
      labels: plot.lineLabels)
    return StoredPicture("fit", "Measured spectrum, fit, and what the fit leaves", Figure("", fit))
  }

  /// Whether what was fitted has errors of its own, more than counts have.
  private var isOfDifference: Bool {
    get throws { try result.provenance.inputs.contains { $0.path.contains("/common_deviation") } }
  }

  /// The lines that a fit found.
  private func fittedLines() throws -> [LineStrength]? {
    guard try result.tableNames.contains("lines") else { return nil }
    let table = try result.table("lines")
    func texts(_ name: String) -> [String]? {
      if case .texts(let values)? = table.first(where: { $0.name == name })?.values { values } else { nil }
    }
    func values(_ name: String) -> [Double]? {
      if case .numbers(let values)? = table.first(where: { $0.name == name })?.values { values } else { nil }
    }
    guard let symbols = texts("symbol"), let groups = texts("line"), let energies = values("energy"),
      let counts = values("net_counts"), let errors = values("net_counts_error")
    else { return nil }
    let size = [symbols.count, groups.count, energies.count, counts.count, errors.count].min() ?? 0
    return (0..<size).map {
      LineStrength(element: symbols[$0], group: groups[$0], energy: energies[$0], netCounts: counts[$0], error: errors[$0])
    }
  }

  /// The elements of a composition, which are those whose lines are in a fit.
  private func quantifiedElements() throws -> [String]? {
    for name in try result.tableNames {
      for column in try result.table(name) where ["symbol", "element"].contains(column.name) {
        if case .texts(let symbols) = column.values { return symbols }
      }
    }
    return nil
  }

  /// One standard deviation of each count of a spectrum that is no plain sum, smoothed over five channels; nil where it is one, or
  /// where what it was made from is gone.
  private func deviations(_ counts: [Double]) throws -> [Double]? {
    for source in try sources() {
      guard let variance = try source.whole("variance", count: counts.count), variance != counts else { continue }
      let clean = variance.map { $0.isFinite ? max($0, 0) : 0 }
      // Channels without counts vary as well: as much as one count of the mixture does.
      let total = counts.reduce(0) { $1.isFinite ? $0 + max($1, 0) : $0 }
      let least = total > 0 ? clean.reduce(0, +) / total : 0
      return clean.indices.map { index in
        let near = clean[max(0, index - 2)...min(clean.count - 1, index + 2)]
        return max(near.reduce(0, +) / Double(near.count), least).squareRoot()
      }
    }
    return nil
  }

  /// The results of this file that this one was made from.
  func sources() throws -> [ResultPictures] {
    var found: [ResultPictures] = []
    for input in try result.provenance.inputs where input.file == nil {
      guard let source = try Self.result(at: input.path, in: result.store) else { continue }
      if source.result.path != result.path, !found.contains(where: { $0.result.path == source.result.path }) {
        found.append(try ResultPictures(source.result, of: source.holder, options: options))
      }
    }
    return found
  }

  /// The result that a path leads to or into; nil where there is none, or no longer.
  static func result(at path: String, in store: Store) throws -> (result: AnalysisResult, holder: any ResultHolder)? {
    let words = path.split(separator: "/").map(String.init)
    guard let place = words.firstIndex(of: "results"), place > 0, place + 1 < words.count else { return nil }
    do {
      let holder: any ResultHolder =
        try place > 1 && words[0] == "series" ? store.series(words[1]) : store.map(words[place - 1])
      return (try holder.result(words[place + 1]), holder)
    } catch {
      // What it was made from may be gone.
      guard error.kind == .missing else { throw error }
      return nil
    }
  }

  func spectrumPicture() throws -> StoredPicture? {
    let spectrum = try numbers("spectrum")
    guard spectrum.axes.count == 1 else { return nil }
    var variance = arrays.contains("variance") ? try numbers("variance").values : nil
    if variance?.count != spectrum.values.count { variance = nil }
    var caption = "Spectrum"
    if let pixels = try result.scalar("pixels") { caption += " of \(NumberText.significant(pixels, digits: 7)) pixels" }
    var errors = variance?.map { max(0, $0).squareRoot() }
    if arrays.contains("common_deviation") {
      let common = try numbers("common_deviation").values
      if common.count == spectrum.values.count {
        let along = arrays.contains("common_covariance") ? try numbers("common_covariance").values : []
        errors = common.indices.map { channel in
          let own = errors?[channel] ?? 0
          let both = along.count == common.count ? 2 * common[channel] * along[channel] : 0
          return max(own * own + common[channel] * common[channel] + both, 0).squareRoot()
        }
      }
    }
    let axis = spectrum.axes[0]
    let parts = try subtracted(axis)
    let name =
      parts.isEmpty ? (errors == nil ? "" : "spectrum, ± one standard deviation") : "difference, ± one standard deviation"
    let plot = try SpectrumPlot(axis: axis, metadata: metadata, options: options)
      .plot("", [Curve(name, x: axis.coordinates, y: spectrum.values, errors: errors)])
    guard !parts.isEmpty else { return StoredPicture("spectrum", caption, Figure("", plot)) }
    var above = Plot("", x: plot.x, y: plot.y, parts)
    above.y.range = nil
    above.aspect = 0.3
    var below = plot
    below.aspect = 0.42
    caption += ": the mixture, what was subtracted of the matrix, and the difference"
    return StoredPicture("spectrum", caption, Figure("", StackedPlots([above, below])))
  }

  /// The values of an array of one axis; nil where it is not there, of another size, or damaged: its own picture says so.
  private func whole(_ name: String, count: Int) throws -> [Double]? {
    guard arrays.contains(name) else { return nil }
    do {
      let values = try numbers(name).values
      return values.count == count ? values : nil
    } catch let error as StoreError where error.kind != .stopped {
      return nil
    }
  }

  /// The mixture and the scaled matrix whose difference a result is; none where they are not there any more.
  private func subtracted(_ axis: Axis) throws -> [Curve] {
    guard operation == "subtract", let scale = try result.scalar("scale") else { return [] }
    let found = try sources().compactMap { source in try source.whole("spectrum", count: axis.size) }
    guard found.count == 2 else { return [] }
    let factor = NumberText.significant(scale, digits: 3)
    return [
      Curve("mixture", x: axis.coordinates, y: found[0], colour: Theme.series(7), width: 1.2),
      Curve("\(factor) · matrix", x: axis.coordinates, y: found[1].map { $0 * scale }, .dashed, colour: Theme.series(2)),
    ]
  }
}
