import Testing

@testable import Figures

struct PlotTests {
  private let energies = (0..<1000).map { Double($0) * 0.01 }

  private func spectrum() -> Plot {
    let counts = energies.map { energy in
      [1.25, 1.74, 6.4].reduce(5.0) { sum, line in (energy - line).magnitude < 0.06 ? sum + 1000 / line : sum }
    }
    var plot = Plot(
      "Sum", x: PlotAxis("Energy", units: "keV"), y: PlotAxis("X-rays", units: "counts"),
      [
        Curve("measured", x: energies, y: counts)
      ])
    plot.lineLabels = [
      LineLabel(x: 1.25, text: "Mg Kα", weight: 3), LineLabel(x: 1.74, text: "Si Kα", weight: 2),
      LineLabel(x: 6.4, text: "Fe Kα", weight: 1), LineLabel(x: 11, text: "As Kα", weight: 9),
    ]
    return plot
  }

  @Test(arguments: [false, true]) func aSpectrumNamesItsLinesAndAxes(isLogarithmic: Bool) {
    var plot = spectrum()
    plot.y.isLogarithmic = isLogarithmic
    let drawing = Figure("Map", plot).drawing(width: 400)
    let texts = drawing.texts.map(\.text)
    for text in ["Map", "Sum", "measured", "Energy (keV)", "X-rays (counts)", "Mg Kα", "Si Kα", "Fe Kα"] {
      #expect(texts.contains(text))
    }
    #expect(!texts.contains("As Kα"))
    // Everything that is written lies within the picture, and nothing on anything else.
    let page = Rect(x: 0, y: 0, width: drawing.width, height: drawing.height)
    let bounds = drawing.texts.map(\.bounds)
    for (number, bound) in bounds.enumerated() {
      #expect(page.contains(bound, slack: 1), "\(texts[number])")
      for other in bounds.indices where other > number {
        #expect(!bound.overlaps(bounds[other]), "\(texts[number]) and \(texts[other])")
      }
    }
  }

  @Test func longLinesAreThinnedWithoutLosingPeaks() {
    var points = (0..<50_000).map { Point(Double($0) / 100, 10) }
    points[31_415].y = 500
    points[27_182].y = -500
    let thinned = Curve.thinned(points)
    #expect(thinned.count < 4100)
    #expect(thinned.contains(points[31_415]))
    #expect(thinned.contains(points[27_182]))
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x <= $1.x })
    #expect(Curve.thinned(Array(points[..<300])) == Array(points[..<300]))
  }

  @Test func notANumberBreaksTheLine() {
    let plot = Plot(x: PlotAxis(), y: PlotAxis(), [Curve(x: [0, 1, 2, 3, 4], y: [1, 2, .nan, 3, 4])])
    var lines: [[Point]] = []
    for case .clipped(_, let marks) in Figure("", plot).drawing(width: 300).marks {
      for case .lines(let found, let stroke) in marks where stroke.colour == Theme.series(0) { lines = found }
    }
    #expect(lines.map(\.count) == [2, 2])
  }

  @Test(arguments: [[], [Double.nan, .infinity], [0, -1]]) func nothingToShowIsSaid(values: [Double]) {
    var plot = Plot(x: PlotAxis(), y: PlotAxis(), [Curve(x: values.indices.map(Double.init), y: values)])
    plot.y.isLogarithmic = true
    #expect(Figure("", plot).drawing(width: 300).texts.map(\.text).contains("no values"))
  }

  @Test func oneValueAndHugeOnesAreDrawn() {
    for values in [[3.0], [5, 5, 5], [-1e300, 1e300], [1e-300, 2e-300]] {
      let plot = Plot(x: PlotAxis(), y: PlotAxis(), [Curve(x: values.indices.map(Double.init), y: values, .pointsOnLine)])
      let drawing = Figure("", plot).drawing(width: 300)
      #expect(!drawing.texts.contains { $0.text == "no values" })
      #expect(drawing.height > 100)
    }
  }

  @Test func theScreeTellsWhatStandsOutOfTheNoise() {
    let plot = Plot.scree(ratios: [0.7, 0.2, 0.01, 0.009, 0.008], aboveNoise: 2, elbow: 3)
    #expect(plot.curves.map(\.name) == ["", "above noise: 2", "noise"])
    #expect(plot.curves[1].x == [1, 2])
    #expect(plot.curves[2].y == [0.01, 0.009, 0.008])
    #expect(plot.guides == [Guide(.vertical, at: 2.5)])
    #expect(plot.lineLabels.map(\.x) == [3])
    #expect(Plot.scree(ratios: []).curves.count == 1)
    #expect(Plot.scree(ratios: [1], aboveNoise: 5, noiseLevel: 0.1).guides.map(\.value) == [0.1])
  }

  @Test func theLineOfTheSquareRootLawGoesThroughItsPoints() {
    let pixels = [100.0, 400, 1600]
    let plot = Plot.powerLaw(
      quantity: "SNR", power: 0.5, lawName: "∝ √N",
      points: [("Nd Lα", pixels, pixels.map { 3 * $0.squareRoot() }, nil), ("none", [0, -1], [1, .nan], nil)])
    #expect(plot.curves.map(\.name) == ["∝ √N", "Nd Lα", "none"])
    let line = plot.curves[0]
    for (x, y) in zip(line.x, line.y) { #expect((y / (3 * x.squareRoot()) - 1).magnitude < 1e-9) }
    #expect(plot.x.isLogarithmic && plot.y.isLogarithmic)
  }

  @Test func aFitAndItsResidualsShareTheirFrame() {
    let counts = energies.map { _ in 100.0 }
    let model = energies.map { $0 < 5 ? 100.0 : 64 }
    let fit = StackedPlots.fit(
      "Fit", x: PlotAxis("Energy", units: "keV"), y: PlotAxis("X-rays"), energies: energies, counts: counts, model: model,
      background: nil)
    #expect(fit.plots.count == 2)
    #expect(fit.plots[0].left == fit.plots[1].left)
    #expect(fit.plots[1].curves[0].y[999] == 4.5)
    #expect(fit.plots[1].curves[0].y[0] == 0)
    #expect(!fit.plots[0].showsXLabels && fit.plots[1].showsXLabels)
  }
}
