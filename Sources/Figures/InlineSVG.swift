internal import Foundation

/// Writes drawings as SVG elements of one page: colours are those of the page's style sheet, texts are texts, and pixels that
/// occur twice are there once.
struct InlineSVG {
  /// The ids of what other pictures of the page can use again.
  private var rasters: [Raster: String] = [:]
  private var clips = 0
  private var body = ""

  /// An element for a drawing.
  ///
  /// - Parameter prefix: what its ids begin with; another for each picture of a page.
  mutating func element(_ drawing: Drawing, prefix: String) throws(FigureError) -> String {
    guard drawing.width > 0, drawing.height > 0, drawing.width <= 100_000, drawing.height <= 100_000 else {
      throw FigureError(
        "a picture of \(drawing.width) × \(drawing.height) points cannot be made", advice: "Give it another width.")
    }
    body = ""
    clips = 0
    try write(drawing.marks, prefix)
    let size =
      "width=\"\(Int(drawing.width.rounded(.up)))\" viewBox=\"0 0 \(Self.number(drawing.width)) \(Self.number(drawing.height))\""
    let (title, words) = (HTML.escaped(drawing.title), HTML.escaped(drawing.alternative))
    return "<svg \(size) role=\"img\"\(words.isEmpty ? "" : " aria-label=\"\(words)\"")>"
      + (title.isEmpty ? "" : "<title>\(title)</title>") + body + "</svg>"
  }

  private mutating func write(_ marks: [Mark], _ prefix: String) throws(FigureError) {
    for mark in marks {
      switch mark {
      case .lines(let lines, let stroke):
        let path = lines.filter { $0.count > 1 }.map { Self.path($0, closed: false) }.joined()
        if !path.isEmpty { body += "<path d=\"\(path)\" fill=\"none\"\(Self.stroke(stroke))/>" }
      case .areas(let areas, let colour):
        let path = areas.filter { $0.count > 2 }.map { Self.path($0, closed: true) }.joined()
        if !path.isEmpty { body += "<path d=\"\(path)\"\(Self.fill(colour))/>" }
      case .rectangle(let rect, let fill, let stroke):
        body += "<rect \(Self.place(rect))\(fill.map(Self.fill) ?? " fill=\"none\"")\(stroke.map(Self.stroke) ?? "")/>"
      case .dots(let points, let radius, let colour):
        // A line of no length with round ends is a dot.
        let places = points.filter { $0.x.isFinite && $0.y.isFinite }
        guard !places.isEmpty else { continue }
        let path = places.map { "M\(Self.number($0.x)) \(Self.number($0.y))h0" }.joined()
        body += "<path d=\"\(path)\" stroke-linecap=\"round\"\(Self.stroke(Stroke(colour, width: 2 * radius)))/>"
      case .text(let text): write(text)
      case .picture(let raster, let rect): try write(raster, rect, prefix)
      case .clipped(let rect, let inner):
        clips += 1
        let id = "\(prefix)c\(clips)"
        body += "<clipPath id=\"\(id)\"><rect \(Self.place(rect))/></clipPath><g clip-path=\"url(#\(id))\">"
        try write(inner, prefix)
        body += "</g>"
      }
    }
  }

  private mutating func write(_ text: TextMark) {
    let (x, y) = (Self.number(text.place.x), Self.number(text.place.y))
    let place = text.isUpright ? "transform=\"translate(\(x) \(y)) rotate(-90)\"" : "x=\"\(x)\" y=\"\(y)\""
    let anchor: String =
      switch text.alignment {
      case .start: ""
      case .middle: " text-anchor=\"middle\""
      case .end: " text-anchor=\"end\""
      }
    body += "<text \(place)\(anchor) font-size=\"\(Self.number(text.size))\"\(text.isBold ? " font-weight=\"700\"" : "")"
    body += "\(Self.fill(text.colour))>\(HTML.escaped(text.text))</text>"
  }

  private mutating func write(_ raster: Raster, _ rect: Rect, _ prefix: String) throws(FigureError) {
    guard rect.width > 0, rect.height > 0 else { return }
    let scale = "\(Self.exact(rect.width / Double(raster.width))) \(Self.exact(rect.height / Double(raster.height)))"
    body += "<g transform=\"translate(\(Self.number(rect.x)) \(Self.number(rect.y))) scale(\(scale))\">"
    if let id = rasters[raster] {
      body += "<use href=\"#\(id)\"/>"
    } else {
      let id = "\(prefix)r\(rasters.count + 1)"
      rasters[raster] = id
      // Pixels that are larger than those of a screen keep their edges; smaller ones are averaged.
      let isEnlarged = rect.width >= Double(raster.width)
      let data = Data(try raster.png()).base64EncodedString()
      body += "<image id=\"\(id)\" width=\"\(raster.width)\" height=\"\(raster.height)\" preserveAspectRatio=\"none\""
      body += "\(isEnlarged ? " class=\"sharp\"" : "") href=\"data:image/png;base64,\(data)\"/>"
    }
    body += "</g>"
  }

  /// Straight lines through points, in tenths of a point: nobody sees less.
  static func path(_ points: [Point], closed: Bool) -> String {
    var text = ""
    var last: (x: Int, y: Int)?
    for point in points where point.x.isFinite && point.y.isFinite {
      let place = (x: tenths(point.x), y: tenths(point.y))
      if let last {
        guard place != last else { continue }
        append(place.x - last.x, to: &text)
        append(place.y - last.y, to: &text)
      } else {
        text += "M"
        append(place.x, to: &text)
        append(place.y, to: &text)
        text += "l"
      }
      last = place
    }
    if text.hasSuffix("l") { text += "0 0" }
    return closed ? text + "z" : text
  }

  /// A number of tenths, apart from what stands before it.
  private static func append(_ tenths: Int, to text: inout String) {
    if let last = text.utf8.last, (0x30...0x39).contains(last), tenths >= 0 { text += " " }
    if tenths < 0 { text += "-" }
    let (whole, part) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    if whole > 0 || part == 0 { text += "\(whole)" }
    if part > 0 { text += ".\(part)" }
  }

  private static func number(_ value: Double) -> String {
    var text = ""
    append(tenths(value), to: &text)
    return text
  }

  private static func tenths(_ value: Double) -> Int {
    value.isNaN ? 0 : Int((min(max(value, -1e6), 1e6) * 10).rounded())
  }

  private static func exact(_ value: Double) -> String { NumberText.plainDecimal(value, decimals: 6) }

  private static func place(_ rect: Rect) -> String {
    "x=\"\(number(rect.x))\" y=\"\(number(rect.y))\" width=\"\(number(rect.width))\" height=\"\(number(rect.height))\""
  }

  private static func colour(_ colour: Colour) -> String {
    Theme.variables[colour.hexadecimal].map { "var(\($0))" } ?? "#" + NumberText.hexadecimal(colour.hexadecimal)
  }

  private static func fill(_ colour: Colour) -> String {
    " fill=\"\(self.colour(colour))\""
      + (colour.opacity < 1 ? " fill-opacity=\"\(NumberText.plainDecimal(colour.opacity, decimals: 2))\"" : "")
  }

  private static func stroke(_ stroke: Stroke) -> String {
    var text = " stroke=\"\(colour(stroke.colour))\" stroke-width=\"\(NumberText.plainDecimal(stroke.width, decimals: 2))\""
    if stroke.colour.opacity < 1 { text += " stroke-opacity=\"\(NumberText.plainDecimal(stroke.colour.opacity, decimals: 2))\"" }
    if !stroke.dashes.isEmpty { text += " stroke-dasharray=\"\(stroke.dashes.map(number).joined(separator: " "))\"" }
    return text
  }
}
