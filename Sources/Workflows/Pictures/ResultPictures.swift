import Figures
import Foundation
import Microscopy
import Store

/// The pictures of a result, by what it holds: those that arrays of well-known names make together, then any other array.
struct ResultPictures {
  let result: AnalysisResult
  let holder: any ResultHolder
  let metadata: MapMetadata?
  let operation: String
  var options: PictureOptions
  let arrays: [String]

  init(_ result: AnalysisResult, of holder: any ResultHolder, options: PictureOptions) throws {
    self.result = result
    self.holder = holder
    self.options = options
    metadata = try Self.metadata(of: holder)
    operation = try result.provenance.operation
    arrays = try result.arrayNames
  }

  /// What is known about the map, or the first map of a series; nil where that lies in a file that is not to be had.
  private static func metadata(of holder: any ResultHolder) throws -> MapMetadata? {
    if let map = holder as? Map { return try map.metadata }
    do {
      return try (holder as? Series)?.members.first?.map.metadata
    } catch {
      guard error.kind == .missing else { throw error }
      return nil
    }
  }

  /// An array with its axes, as numbers.
  struct Numbers {
    var name: String
    var values: [Double]
    var axes: [Axis]
    var isComplex: Bool
    /// Whether its first axis counts components.
    var isStack: Bool { axes.count > 1 && axes[0].name == "component" }
    var count: Int { isStack ? axes[0].size : 1 }

    func component(_ index: Int) -> [Double] {
      let size = axes.dropFirst().map(\.size).reduce(1, *)
      return Array(values[index * size..<(index + 1) * size])
    }
  }

  func numbers(_ name: String) throws -> Numbers {
    let (values, axes) = try result.array(name)
    return Numbers(name: name, values: values.magnitudes, axes: axes, isComplex: values.type.isComplex)
  }

  /// All pictures, the most telling first.
  func pictures() throws -> [StoredPicture] {
    var left = arrays
    var pictures: [StoredPicture] = []
    func take(_ names: [String], _ make: () throws -> [StoredPicture]) rethrows {
      pictures += try make()
      left.removeAll { names.contains($0) }
    }
    if arrays.contains("explained_variance_ratio") {
      try take(["explained_variance_ratio", "explained_variance"]) { [try scree()] }
    }
    for name in arrays where name == "atomic_percent" || name.hasPrefix("atomic_percent/") {
      try take([name]) { try generic(name) }
    }
    if let fit = try fitPicture() { take(["counts", "model", "background", "residuals"]) { [fit] } }
    if arrays.contains("spectrum"), let spectrum = try spectrumPicture() {
      take(["spectrum", "variance", "common_deviation", "common_covariance"]) { [spectrum] }
    }
    pictures += try tablePictures()
    if arrays.contains("spectra") {
      let images = left.filter { $0 == "abundances" || $0.hasPrefix("abundances/") }
      try take(["spectra"] + images) { try componentPictures(images: images) }
    }
    // On a page the compositions of pixels stand for the counts that they come from.
    let isTold = options.isCompact && pictures.contains { $0.name.hasPrefix("atomic_percent") }
    for name in left where !(isTold && name.hasPrefix("net_counts")) { pictures += try generic(name) }
    return pictures
  }

  /// The pictures of one array.
  func pictures(ofArray name: String) throws -> [StoredPicture] {
    switch name {
    case "explained_variance_ratio": [try scree()]
    case "spectra": try componentPictures(images: [])
    case "spectrum": try spectrumPicture().map { [$0] } ?? generic(name)
    default: try generic(name)
    }
  }

  private func scree() throws -> StoredPicture {
    let ratios = try numbers("explained_variance_ratio").values
    let aboveNoise = try result.scalar("above_noise").flatMap { Int(exactly: $0) }
    let elbow = try result.scalar("elbow").flatMap { Int(exactly: $0) }
    let plot = Plot.scree(
      ratios: ratios, aboveNoise: aboveNoise, noiseLevel: try result.scalar("noise_level"), elbow: elbow)
    let words = [
      aboveNoise.map { "\($0) component\($0 == 1 ? "" : "s") above noise" }, elbow.map { "elbow at component \($0)" },
    ].compactMap(\.self)
    return StoredPicture("scree", (["Scree"] + words).joined(separator: ", "), Figure("", plot))
  }

  /// Any array by its axes.
  private func generic(_ name: String) throws -> [StoredPicture] {
    let array = try numbers(name)
    guard !array.values.isEmpty else { return [] }
    // Arrays of the maps of a series go by the maps' names.
    let words = name.split(separator: "/").map(String.init)
    let last = words.count == 2 && holder is Series ? words[0] : words.last ?? name
    let owner = words.count == 2 && holder is Series ? "\(words[1]), " : ""
    if array.axes.count == 1 {
      let axis = array.axes[0]
      let curve = Curve(x: axis.coordinates, y: array.values, array.values.count > 60 ? .line : .pointsOnLine)
      let plot: Plot
      if axis.role == .signal, !["component", "iteration"].contains(axis.name) {
        plot = try SpectrumPlot(axis: axis, metadata: metadata, options: options, quantity: last).plot("", [curve])
      } else {
        var own = Plot(
          "", x: PlotAxis(axis.name, units: axis.units, range: options.range),
          y: PlotAxis(last, isLogarithmic: options.isLogarithmic ?? false), [curve])
        own.x.isCount = ["component", "iteration"].contains(axis.name)
        own.startsAtZero = axis.name != "iteration"
        plot = own
      }
      return [StoredPicture(name, name, Figure("", plot))]
    }
    let names = try componentNames(array.count, of: name)
    let panels = ImagePanels(options, quantity: quantity(of: last), colours: colours(of: array))
    if array.isStack {
      let chosen = try chosen(array.count, limit: 12)
      let titles = chosen.map { names?[$0] ?? "component \($0 + 1)" }
      if array.axes.count == 2 { return try [curves(array, chosen, titles)] }
      return chosen.enumerated().map { place, index in
        StoredPicture(
          "\(name)/\(index + 1)", "\(name): \(titles[place])",
          Figure("", panels.panel(owner + titles[place], array.component(index), axes: Array(array.axes.dropFirst()))), width: 300
        )
      }
    }
    return [StoredPicture(name, name, Figure("", panels.panel("", array.values, axes: array.axes)), width: 340)]
  }

  /// Components along one axis, as curves of one plot.
  private func curves(_ array: Numbers, _ chosen: [Int], _ titles: [String]) throws -> StoredPicture {
    let axis = array.axes[1]
    let curves = chosen.enumerated().map { place, index in
      // Colours that come again are dashed.
      Curve(
        titles[place], x: axis.coordinates, y: array.component(index), place < Theme.series.count ? .line : .dashed,
        colour: Theme.series(place))
    }
    if axis.role == .signal {
      let plot = try SpectrumPlot(axis: axis, metadata: metadata, options: options, quantity: ReportFacts.word(array.name)).plot(
        "", curves, labels: false)
      return StoredPicture(array.name, ReportFacts.word(array.name), Figure("", plot))
    }
    var plot = Plot("", x: PlotAxis(axis.name, units: axis.units), y: PlotAxis(array.name), curves)
    plot.y.isLogarithmic = options.isLogarithmic ?? false
    return StoredPicture(array.name, array.name, Figure("", plot))
  }
}
