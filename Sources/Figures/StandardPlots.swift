internal import Foundation

extension Plot {
  /// Explained variance by component, with those above the noise apart from the others.
  ///
  /// - Parameters:
  ///   - ratios: of the whole variance, the first component first.
  ///   - aboveNoise: how many stand out of the noise; nil where that is not known.
  ///   - noiseLevel: the ratio that noise alone gives.
  ///   - elbow: the component at the elbow, from 1.
  public static func scree(
    _ title: String = "", ratios: [Double], aboveNoise: Int? = nil, noiseLevel: Double? = nil, elbow: Int? = nil
  ) -> Plot {
    let numbers = ratios.indices.map { Double($0 + 1) }
    let signal = min(max(aboveNoise ?? ratios.count, 0), ratios.count)
    var x = PlotAxis("Component")
    x.isCount = true
    var curves = [Curve(x: numbers, y: ratios, .line, colour: Theme.rule, width: 1)]
    if signal > 0 {
      curves.append(
        Curve(
          aboveNoise == nil ? "" : "above noise: \(signal)", x: Array(numbers[..<signal]), y: Array(ratios[..<signal]), .points,
          colour: Theme.series(0)))
    }
    if signal < ratios.count {
      curves.append(Curve("noise", x: Array(numbers[signal...]), y: Array(ratios[signal...]), .points, colour: Theme.series(7)))
    }
    var plot = Plot(
      title, x: x, y: PlotAxis("Part of the variance", isLogarithmic: ratios.contains { $0 > 0 }), curves)
    if let noiseLevel { plot.guides.append(Guide(.horizontal, at: noiseLevel, "noise level")) }
    if aboveNoise != nil, signal > 0, signal < ratios.count { plot.guides.append(Guide(.vertical, at: Double(signal) + 0.5)) }
    if let elbow, ratios.indices.contains(elbow - 1) {
      plot.lineLabels = [LineLabel(x: Double(elbow), text: "elbow", weight: 1)]
    }
    return plot
  }

  /// A quantity that goes with a power of the number of pixels, such as SNR (½) or LOD (−½), over it, both logarithmic, with the
  /// line of that law through the points of each name.
  public static func powerLaw(
    _ title: String = "", quantity: String, units: String = "", power: Double, lawName: String,
    points: [(name: String, pixels: [Double], values: [Double], errors: [Double]?)]
  ) -> Plot {
    var curves: [Curve] = []
    let all = points.flatMap(\.pixels).filter { $0 > 0 && $0.isFinite }
    let ends = [(all.min() ?? 1) / 1.3, (all.max() ?? 10) * 1.3]
    for (index, series) in points.enumerated() {
      let usable = zip(series.pixels, series.values).filter { $0 > 0 && $1 > 0 && $0.isFinite && $1.isFinite }
      if !usable.isEmpty {
        // The law's factor is the geometric mean of what each point gives.
        let factor = exp(usable.reduce(0) { $0 + log($1.1 / pow($1.0, power)) } / Double(usable.count))
        curves.append(
          Curve(
            index == 0 ? lawName : "", x: ends, y: ends.map { factor * pow($0, power) }, .dashed,
            colour: Theme.series(index).opacity(0.75), width: 0.9))
      }
      curves.append(
        Curve(series.name, x: series.pixels, y: series.values, .points, colour: Theme.series(index), errors: series.errors))
    }
    var plot = Plot(
      title, x: PlotAxis("Pixels", isLogarithmic: true), y: PlotAxis(quantity, units: units, isLogarithmic: true), curves)
    plot.aspect = 0.7
    return plot
  }
}
