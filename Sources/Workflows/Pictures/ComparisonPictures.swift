import Figures
import Foundation
import Microscopy
import Store

/// Several results in one picture: spectra over each other, detections over the number of pixels.
struct ComparisonPictures {
  /// The results with the names that they have in the picture.
  let results: [(name: String, pictures: ResultPictures)]
  let options: PictureOptions

  init(_ results: [(AnalysisResult, any ResultHolder)], options: PictureOptions) throws {
    let isOneHolder = Set(results.map(\.1.path)).count == 1
    self.results = try results.map { result, holder in
      let name = isOneHolder ? result.name : "\(holder.path.split(separator: "/").last ?? ""), \(result.name)"
      return (name, try ResultPictures(result, of: holder, options: options))
    }
    self.options = options
  }

  /// - Throws: `WorkflowError` where the results have nothing in common that can be drawn together.
  func pictures() throws -> [StoredPicture] {
    let detections = try detectionPictures()
    if !detections.isEmpty { return detections }
    if let spectra = try spectra() { return [spectra] }
    let paths = results.map(\.pictures.result.path)
    throw WorkflowError(
      "\(paths.joined(separator: ", ")) cannot be drawn together",
      advice: "Give results that each hold one spectrum, or detections from sums over different numbers of pixels.")
  }

  /// Spectra of one axis; each relative to its maximum where these are far apart.
  private func spectra() throws -> StoredPicture? {
    var found: [(name: String, numbers: ResultPictures.Numbers)] = []
    for (name, pictures) in results {
      let arrays = try pictures.result.arrayNames
      guard let array = ["spectrum", "counts"].first(where: arrays.contains) else { return nil }
      let numbers = try pictures.numbers(array)
      guard numbers.axes.count == 1 else { return nil }
      found.append((name, numbers))
    }
    guard let first = found.first, let metadata = results.first?.pictures.metadata else { return nil }
    let maxima = found.map { $0.numbers.values.filter(\.isFinite).max() ?? 0 }
    let isRelative = (maxima.max() ?? 0) > 3 * (maxima.min() ?? 0) && maxima.allSatisfy { $0 > 0 }
    let curves = found.enumerated().map { index, item in
      let values = isRelative ? item.numbers.values.map { $0 / maxima[index] } : item.numbers.values
      return Curve(item.name, x: item.numbers.axes[0].coordinates, y: values, colour: Theme.series(index))
    }
    let spectrum = SpectrumPlot(
      axis: first.numbers.axes[0], metadata: metadata, options: options, quantity: isRelative ? "Relative to the maximum" : nil)
    return StoredPicture("spectra", "Spectra", Figure("", try spectrum.plot("", curves)))
  }

  /// Signal to noise and limits of detection over the number of pixels; none where that is the same for all.
  func detectionPictures() throws -> [StoredPicture] {
    var symbols: [String] = []
    var pixels: [Double] = []
    var columns: [String: [Double]] = [:]
    for (_, pictures) in results {
      guard try pictures.result.tableNames.contains("detection"), let count = try pictures.pixelCount() else { return [] }
      let table = try pictures.result.table("detection")
      var lines: [[String]] = []
      for name in ["symbol", "line"] {
        if case .texts(let texts)? = table.first(where: { $0.name == name })?.values { lines.append(texts) }
      }
      guard lines.count == 2, lines[0].count == lines[1].count else { return [] }
      symbols += zip(lines[0], lines[1]).map { "\($0) \(SiegbahnName.greek($1))" }
      pixels += Array(repeating: count, count: lines[0].count)
      for name in ["snr", "lod_ppm"] {
        if case .numbers(let values)? = table.first(where: { $0.name == name })?.values { columns[name, default: []] += values }
      }
    }
    var table = [TableColumn("line", texts: symbols), TableColumn("pixels", numbers: pixels)]
    for (name, units) in [("snr", ""), ("lod_ppm", "ppm")] {
      if let values = columns[name], values.count == symbols.count {
        table.append(TableColumn(name, units: units, numbers: values))
      }
    }
    return ResultPictures.pictures(table)
  }
}

extension ResultPictures {
  /// How many pixels the spectrum is a sum of that the result was made from; nil where that is not told.
  func pixelCount() throws -> Double? {
    if let own = try result.scalar("pixels") { return own }
    for source in try sources() { if let count = try source.result.scalar("pixels") { return count } }
    return nil
  }
}
