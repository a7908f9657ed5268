import Figures
import Microscopy
import Store

/// The components of a factorisation or of an unmixing: each with its spectrum and where it is.
extension ResultPictures {
  /// One picture per component: its spectrum or pattern, and its maps below or beside.
  func componentPictures(images names: [String]) throws -> [StoredPicture] {
    let spectra = try numbers("spectra")
    guard spectra.isStack, !spectra.values.isEmpty else { return [] }
    let images = try names.map { try numbers($0) }.filter { $0.count == spectra.count && $0.isStack }
    let titles = try componentNames(spectra.count)
    return try chosen(spectra.count).map { index in
      let title = titles?[index] ?? "Component \(index + 1)"
      let signal = try signalPanel(spectra, index)
      let maps = images.prefix(4).map { image in
        let panels = ImagePanels(
          options, quantity: quantity(of: "abundances"), colours: colours(of: image))
        let own = image.name.split(separator: "/").dropFirst().joined(separator: "/")
        return panels.panel(own, image.component(index), axes: Array(image.axes.dropFirst()), colour: index)
      }
      var caption = "\(title) of \(result.name)"
      if let share = try varianceShare(index) {
        caption += ": \(NumberText.significant(share * 100, digits: 3)) % of the variance"
      }
      return StoredPicture("component \(index + 1)", caption, Self.figure(title, signal, Array(maps), options), width: 420)
    }
  }

  private static func figure(
    _ title: String, _ signal: any Panel, _ maps: [any Panel], _ options: PictureOptions
  ) -> Figure {
    if options.width >= 560, maps.count == 1 {
      return Figure(title, rows: [.init([signal] + maps, weights: signal is Plot ? [1.75, 1] : [1, 1])])
    }
    // Those of the maps of a series beside each other, as far as there is room.
    let grid = Figure("", grid: maps, width: options.width, atLeast: 190)
    return Figure(title, rows: [.init([signal])] + grid.rows)
  }

  private func signalPanel(_ spectra: Numbers, _ index: Int) throws -> any Panel {
    let values = spectra.component(index)
    let axes = Array(spectra.axes.dropFirst())
    if axes.count == 1 {
      let plot = SpectrumPlot(axis: axes[0], metadata: metadata, options: options, quantity: "Intensity")
      return try plot.plot("", [Curve(x: axes[0].coordinates, y: values, colour: Theme.series(index))])
    }
    let isPositive = values.allSatisfy { !($0 < 0) }
    return ImagePanels(options, colours: isPositive ? .grey : .diverging, isLogarithmic: isPositive)
      .panel("", values, axes: axes)
  }

  private func varianceShare(_ index: Int) throws -> Double? {
    guard try result.arrayNames.contains("explained_variance_ratio") else { return nil }
    let ratios = try numbers("explained_variance_ratio").values
    return ratios.indices.contains(index) ? ratios[index] : nil
  }

  /// The components to draw: the one asked for, or the first, as many as a page bears; of a PCA those above noise.
  func chosen(_ count: Int, limit: Int = 6) throws -> [Int] {
    if let wanted = options.component {
      guard (1...max(count, 1)).contains(wanted), count > 0 else {
        throw StoreError(
          .missing, file: result.store.path, path: result.path, "there is no component \(wanted)",
          advice: "There are components 1 to \(count).")
      }
      return [wanted - 1]
    }
    var limit = limit
    if let above = try result.scalar("above_noise").flatMap({ Int(exactly: $0) }), above > 0 { limit = min(limit, above + 1) }
    return Array(0..<min(count, limit))
  }

  /// Names of components from a table of as many rows: first of one that is named after the array.
  func componentNames(_ count: Int, of array: String = "") throws -> [String]? {
    let tables = try result.tableNames
    let own = tables.filter { $0 == "\(array)_names" }
    for table in own + tables.filter({ $0 != "\(array)_names" }) {
      for column in try result.table(table)
      where ["name", "phase", "spectrum", "component", "symbol", "element"].contains(column.name) {
        if case .texts(let names) = column.values, names.count == count { return names.map(Self.short) }
      }
    }
    return nil
  }

  /// "matrix" for "mineral/results/matrix".
  private static func short(_ name: String) -> String {
    let words = name.split(separator: "/")
    guard let place = words.lastIndex(of: "results"), place + 1 < words.count else { return name }
    return words[(place + 1)...].joined(separator: "/")
  }

  /// What maps of a name hold, for the colour bar.
  func quantity(of name: String) -> String {
    switch (operation, name) {
    case ("nmf", "abundances"): "counts"
    case ("pca", "abundances"): "score"
    case ("simulate", "abundances"): "volume fraction"
    case (_, "abundances"): "fraction"
    case (_, "expected_counts"), (_, "counts"), (_, "net_counts"): "counts"
    case (_, "net_counts_error"): "± counts"
    case (_, "atomic_percent"): "at.%"
    case (_, "weight_percent"): "wt.%"
    case (_, "atomic_percent_error"): "± at.%"
    case (_, "weight_percent_error"): "± wt.%"
    default: name.split(separator: "_").joined(separator: " ")
    }
  }

  func colours(of array: Numbers) -> ColourMap {
    array.values.contains { $0 < 0 } && operation == "pca" ? .diverging : .sequential
  }
}
