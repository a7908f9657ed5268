import Foundation
import FoundationXML
import Testing

@testable import Figures

struct DrawingTests {
  private func drawing() -> Drawing {
    let map = MapPicture(
      "A & B <map>", values: (0..<600).map { Double($0 % 37) }, rows: 20, columns: 30,
      pixel: PixelSize(height: 2, width: 2, units: "nm"))
    let plot = Plot(
      "Kα, √N − µ", x: PlotAxis("E", units: "keV"), y: PlotAxis("I"),
      [
        Curve("one", x: [0, 1, 2], y: [1, 4, 2], errors: [0.1, 0.2, 0.3])
      ])
    return Figure("Both", rows: [.init([plot, map])]).drawing(width: 480)
  }

  @Test func svgIsWellFormedAndRefersToNothingOutside() throws {
    var page = InlineSVG()
    let inline = try page.element(drawing(), prefix: "p7")
    for text in [try drawing().svg(), inline] {
      let parser = XMLParser(data: Data(text.utf8))
      let check = SVGCheck()
      parser.delegate = check
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
      #expect(check.elements["svg"] == 1)
      #expect((check.elements["path"] ?? 0) > 5)
      #expect((check.elements["image"] ?? 0) >= 1)
      #expect(check.references.isSubset(of: check.ids))
      #expect(check.foreign.isEmpty)
    }
    #expect(inline.contains("id=\"p7r1\""))
    #expect(inline.contains("var(--ink)"))
    // Texts can be found and read aloud.
    #expect(inline.contains(">A &amp; B &lt;map&gt;</text>"))
    #expect(inline.contains("<title>Both</title>"))
    #expect(inline.contains("A map of values, 20 × 30 pixels, from 0 to 36"))
    #expect(try drawing().svg().contains("<title>Both</title>"))
    #expect(try drawing().svg().contains("#24292f"))
    #expect(try !drawing().svg().contains("rgb("))
  }

  @Test func theSameDrawingHasTheSameBytes() throws {
    for format in PictureFormat.allCases {
      let first = try drawing().file(format)
      _ = try Figure("", Plot(x: PlotAxis(), y: PlotAxis(), [])).drawing(width: 200).file(format)
      #expect(try drawing().file(format) == first)
    }
    // Whatever else draws meanwhile.
    let expected = try drawing().svg()
    DispatchQueue.concurrently(8) {
      let again = try drawing().svg()
      #expect(again == expected)
    }
  }

  @Test func pixelsThatOccurTwiceAreThereOnce() throws {
    var page = InlineSVG()
    let first = try page.element(drawing(), prefix: "p1")
    let second = try page.element(drawing(), prefix: "p2")
    #expect(first.components(separatedBy: "<image ").count == 3)
    #expect(!second.contains("<image "))
    #expect(second.contains("<use href=\"#p1r1\"/>"))
  }

  @Test func pathsKeepTheirPointsToATenth() {
    let points = (0..<200).map { Point(Double($0) * 0.37 - 5, 40 * sin(Double($0))) }
    let path = InlineSVG.path(points, closed: false)
    let numbers = path.dropFirst().replacing("l", with: " ").replacing("-", with: " -").split(separator: " ").compactMap {
      Double($0)
    }
    #expect(numbers.count == 400)
    var place = (x: 0.0, y: 0.0)
    for (index, point) in points.enumerated() {
      place = (place.x + numbers[2 * index], place.y + numbers[2 * index + 1])
      #expect((place.x - point.x).magnitude < 0.051 && (place.y - point.y).magnitude < 0.051)
    }
    #expect(InlineSVG.path([Point(1, 1), Point(.nan, 2)], closed: true) == "M1 1l0 0z")
  }

  @Test func pngHasItsSignatureAndSize() throws {
    let bytes = try drawing().png(scale: 1.5)
    #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(16) == Int((drawing().width * 1.5).rounded(.up)))
    #expect(number(20) == Int((drawing().height * 1.5).rounded(.up)))
  }

  @Test func pdfIsOnePageWithoutADate() throws {
    let text = String(decoding: try drawing().pdf(), as: UTF8.self)
    #expect(text.hasPrefix("%PDF-"))
    #expect(text.contains("/Count 1"))
    #expect(!text.contains("CreationDate") || text.contains("CreationDate (20000101"))
  }

  @Test func sizesThatCannotBeAreRefused() {
    for drawing in [Drawing(width: 0, height: 10), Drawing(width: .nan, height: 10), Drawing(width: 10, height: 1e9)] {
      #expect(throws: FigureError.self) { try drawing.svg() }
      #expect(throws: FigureError.self) { try drawing.pdf() }
      #expect(throws: FigureError.self) { try drawing.png() }
    }
    #expect(throws: FigureError.self) { try Drawing(width: 50_000, height: 10).png() }
  }

  @Test func textsAreMeasuredAndCut() {
    let width = TextMetrics.width(of: "Intensity", size: 10)
    #expect(width > 30 && width < 70)
    #expect((TextMetrics.width(of: "Intensity", size: 20) - 2 * width).magnitude < 0.2)
    #expect(TextMetrics.width(of: "Intensity", size: 10, bold: true) > width)
    #expect(TextMetrics.fit("Intensity", width: 1000, size: 10) == "Intensity")
    let cut = TextMetrics.fit("Intensity of it all", width: 50, size: 10)
    #expect(cut.hasSuffix("…") && TextMetrics.width(of: cut, size: 10) <= 50)
    #expect(TextMetrics.fit("Intensity", width: 1, size: 10).isEmpty)
  }

  @Test func figuresStandBesideEachOther() {
    let plot = Plot(x: PlotAxis(), y: PlotAxis(), [Curve(x: [0, 1], y: [0, 1])])
    let grid = Figure("", grid: [plot, plot, plot], width: 500, atLeast: 200)
    #expect(grid.rows.map(\.panels.count) == [2, 2])
    let nested = NestedFigure(Figure("inner", plot))
    #expect(nested.height(forWidth: 200) == plot.height(forWidth: 200) + 18)
    #expect(Figure("", nested).drawing(width: 300).texts.contains { $0.text == "inner" })
  }
}

/// What an SVG file is made of.
private final class SVGCheck: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var ids: Set<String> = []
  var references: Set<String> = []
  var foreign: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.insert(id) }
    for (key, value) in attributes {
      if key.hasSuffix("href") {
        if value.hasPrefix("#") {
          references.insert(String(value.dropFirst()))
        } else if !value.hasPrefix("data:") {
          foreign.append(value)
        }
      }
      if let start = value.range(of: "url(#") { references.insert(String(value[start.upperBound...].prefix { $0 != ")" })) }
    }
  }
}

extension DispatchQueue {
  fileprivate static func concurrently(_ count: Int, _ work: @Sendable () throws -> Void) {
    concurrentPerform(iterations: count) { _ in
      do { try work() } catch { Issue.record(error) }
    }
  }
}
