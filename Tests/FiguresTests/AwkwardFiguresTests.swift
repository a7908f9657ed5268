import Foundation
import Testing

@testable import Figures

/// Pictures of what data should not be like, and is. With LAMELLA_PICTURES set, they are written there to be looked at.
struct AwkwardFiguresTests {
  private static let hostile =
    "Ωµ <b>&\"'x\u{202E}日本語 and a name that goes on and on and on, far beyond what fits into any picture at all"

  private static func map(_ rows: Int, _ columns: Int, title: String = "", _ value: (Int) -> Double) -> MapPicture {
    MapPicture(
      title, values: (0..<rows * columns).map(value), rows: rows, columns: columns,
      pixel: PixelSize(height: 2, width: 2, units: "nm"),
      quantity: "counts")
  }

  private static func plot(_ values: [Double], isLogarithmic: Bool = false, style: Curve.Style = .line) -> Plot {
    Plot(
      "", x: PlotAxis("Energy", units: "keV"), y: PlotAxis("Counts", isLogarithmic: isLogarithmic),
      [Curve("measured", x: values.indices.map(Double.init), y: values, style)])
  }

  private static func noise(_ index: Int) -> Double { Double((index &* 7919 &+ 13) % 101) }

  static let figures: [(name: String, figure: Figure)] = {
    var overlaid = map(12, 12, title: hostile) { noise($0) }
    overlaid.masks = (0..<8).map { index in
      MaskOverlay(
        index == 0 ? hostile : "mask \(index)", pixels: (0..<144).map { ($0 / 12 + index) % 4 == 0 }, colour: Theme.series(index))
    }
    var logarithmic = map(20, 30) { $0 % 7 == 0 ? 0 : noise($0) - 5 }
    logarithmic.isLogarithmic = true
    var compact = map(600, 600) { noise($0) + Double($0 % 600) / 6 }
    compact.isCompact = true
    var diverging = map(20, 30) { noise($0) - 50 }
    diverging.colours = .diverging
    let twelve = (0..<12).map {
      Curve("component \($0 + 1)", x: [0, 1, 2], y: [Double($0), 3, Double(12 - $0)], colour: Theme.series($0))
    }
    var crowded = plot((0..<400).map { 100 + 900 * exp(-pow(Double($0 % 20) - 10, 2) / 4) })
    crowded.lineLabels = (0..<20).map { LineLabel(x: Double($0 * 20 + 10), text: "Xx Kα\($0)", weight: Double($0)) }
    let detections: [(name: String, pixels: [Double], values: [Double], errors: [Double]?)] = [
      ("Nd Lα", [100, 400, 1600], [4, 8.5, 15], [0.4, 0.5, 0.6]), ("none", [0, 100], [.nan, -1], nil),
      (hostile, [1e6], [1e-3], nil),
    ]
    return [
      ("map-1x1", Figure("", map(1, 1) { _ in 7 })), ("map-1x200", Figure("", map(1, 200, noise))),
      ("map-200x1", Figure("", map(200, 1, noise))), ("map-zero", Figure("All zero", map(20, 30) { _ in 0 })),
      ("map-nan", Figure("", map(20, 30) { $0 % 5 == 0 ? .nan : noise($0) })),
      ("map-all-nan", Figure("", map(3, 4) { _ in .nan })),
      ("map-log", Figure("", logarithmic)), ("map-masks", Figure(hostile, overlaid)), ("map-compact", Figure("", compact)),
      ("map-diverging", Figure("", diverging)),
      ("plot-one", Figure("", plot([5]))), ("plot-zero", Figure("", plot([0, 0, 0]))),
      ("plot-log-zero", Figure("", plot([0, 0], isLogarithmic: true))),
      ("plot-log-zeros", Figure("", plot((0..<100).map { $0 % 3 == 0 ? 0 : noise($0) }, isLogarithmic: true))),
      ("plot-negative", Figure(hostile, plot((0..<300).map { noise($0) - 60 }))),
      ("plot-twelve", Figure("", Plot(hostile, x: PlotAxis(hostile), y: PlotAxis(hostile, units: "µm"), twelve))),
      ("plot-crowded", Figure("", crowded)),
      (
        "fit",
        Figure(
          "",
          StackedPlots.fit(
            "", x: PlotAxis("Energy", units: "keV"), y: PlotAxis("Counts"), energies: (0..<300).map(Double.init),
            counts: (0..<300).map(noise), model: (0..<300).map { $0 < 20 ? .nan : 50 }, background: (0..<300).map { _ in 10 }))
      ),
      (
        "fit-one",
        Figure(
          "", StackedPlots.fit("", x: PlotAxis("E"), y: PlotAxis("N"), energies: [1], counts: [4], model: [3], background: nil))
      ),
      ("scree-one", Figure("", Plot.scree(ratios: [1], aboveNoise: 1))),
      (
        "scree-twelve",
        Figure("", Plot.scree(ratios: (1...12).map { exp(-Double($0)) }, aboveNoise: 4, noiseLevel: 1e-3, elbow: 5))
      ),
      ("scree-none", Figure("", Plot.scree(ratios: []))),
      ("roots", Figure("", Plot.powerLaw(quantity: "SNR", power: 0.5, lawName: "∝ √N", points: detections))),
    ]
  }()

  @Test(arguments: figures.map(\.name)) func isDrawnInEveryWay(name: String) throws {
    let figure = try #require(Self.figures.first { $0.name == name }).figure
    var page = InlineSVG()
    for width in [200.0, 350, 640] {
      let drawing = figure.drawing(width: width)
      #expect(drawing.height > 20 && drawing.height < 1500)
      let frame = Rect(x: 0, y: 0, width: drawing.width, height: drawing.height)
      for text in drawing.texts { #expect(frame.contains(text.bounds, slack: 2), "\(text.text) at \(width)") }
      for svg in [try drawing.svg(), try page.element(drawing, prefix: "p\(Int(width))")] {
        #expect(XMLParserCheck.isWellFormed(svg))
        #expect(!svg.contains("nan") && !svg.contains("inf\""))
      }
      #expect(try !drawing.png(scale: 1).isEmpty)
      #expect(!drawing.words.isEmpty)
    }
    if let folder = ProcessInfo.processInfo.environment["LAMELLA_PICTURES"] {
      try Data(try figure.drawing(width: 420).png()).write(to: URL(filePath: "\(folder)/\(name).png"))
      try Data(try figure.drawing(width: 420).svg().utf8).write(to: URL(filePath: "\(folder)/\(name).svg"))
    }
  }

  @Test func threeMarksAtLeast() {
    for limit in [3.5, 4.9, 7, 0.03, 1e-6, 12_345] {
      for count in [1, 2, 4, 9] { #expect(Ticks.linear(-limit...limit, about: count).values.count >= 3, "\(limit) \(count)") }
      #expect(Ticks.linear(limit...limit * 1.07, about: 3).values.count >= 3)
    }
    for (low, high) in [(2.5, 17.0), (1.1, 9.5), (0.4, 40), (20, 250), (3, 4)] {
      #expect(Ticks.logarithmic(low...high, about: 4).labels.count { !$0.isEmpty } >= 3, "\(low) \(high)")
    }
  }

  @Test func valuesStandWithTheirErrors() {
    for (value, error, text) in [
      (18.2906, 0.0363, "18.291 ± 0.036"), (375_031.9, 617.07, "375\u{2009}032 ± 617"), (0, 0.0045, "0.0000 ± 0.0045"),
      (0.05077, 0.8, "0.05 ± 0.80"), (-3.2, 1.5, "−3.2 ± 1.5"), (2.5e-6, 1.2e-7, "(2.50 ± 0.12)·10⁻⁶"), (7, 0, "7 ± 0"),
      (.nan, 1, "– ± 1"),
    ] { #expect(NumberText.withError(value, error) == text) }
  }
}
