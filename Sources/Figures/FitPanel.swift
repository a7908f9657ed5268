/// Plots below each other over one axis, their frames in line.
public struct StackedPlots: Panel {
  public var plots: [Plot]

  public init(_ plots: [Plot]) {
    let left = plots.map(\.left).max() ?? 0
    self.plots = plots.enumerated().map { index, plot in
      var plot = plot
      plot.leastLeft = left
      plot.showsXLabels = index == plots.count - 1
      return plot
    }
  }

  public var words: String { plots.map(\.words).joined(separator: ". ") }

  public func height(forWidth width: Double) -> Double { plots.reduce(0) { $0 + $1.height(forWidth: width) } }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    var y = rect.y
    for plot in plots {
      let height = plot.height(forWidth: rect.width)
      plot.draw(in: Rect(x: rect.x, y: y, width: rect.width, height: height), on: &drawing)
      y += height
    }
  }
}

extension StackedPlots {
  /// A measured spectrum with a model of it, and below what the model leaves, in standard deviations.
  ///
  /// - Parameters:
  ///   - deviations: one standard deviation of each count; nil: the root of the model, as of counts.
  ///   - residual: what stands beside the residuals.
  public static func fit(
    _ title: String, x: PlotAxis, y: PlotAxis, energies: [Double], counts: [Double], model: [Double], background: [Double]?,
    deviations: [Double]? = nil, residual: String = "residual (σ)", labels: [LineLabel] = []
  ) -> StackedPlots {
    var curves = [
      Curve("measured", x: energies, y: counts, .line, colour: Theme.series(7).opacity(0.65), width: y.isLogarithmic ? 1 : 2)
    ]
    if let background {
      curves.append(Curve("background of the fit", x: energies, y: background, .dashed, colour: Theme.series(2)))
    }
    curves.append(Curve("fit", x: energies, y: model, .line, colour: Theme.series(1), width: 0.9))
    var plot = Plot(title, x: x, y: y, curves)
    plot.lineLabels = labels
    let left = counts.indices.map { index -> Double in
      guard index < model.count else { return .nan }
      let deviation = deviations?[index] ?? max(model[index], 0).squareRoot()
      return deviation > 0 ? (counts[index] - model[index]) / deviation : .nan
    }
    let shown = zip(energies, left).filter { $1.isFinite && (x.range?.contains($0) ?? true) }.map(\.1.magnitude).sorted()
    let limit = max(3.5, shown.isEmpty ? 0 : shown[min(shown.count - 1, shown.count * 995 / 1000)] * 1.15)
    var below = Plot(
      "", x: x, y: PlotAxis(residual, range: -limit...limit),
      [
        Curve(x: energies, y: left, .line, colour: Theme.series(0), width: 0.7)
      ])
    below.aspect = 0.17
    below.guides = [Guide(.horizontal, at: 0)]
    return StackedPlots([plot, below])
  }
}
