internal import Foundation

/// The size of a pixel of an image.
public struct PixelSize: Hashable, Sendable {
  public var height: Double
  public var width: Double
  public var heightUnits: String
  public var widthUnits: String

  public init(height: Double = 1, width: Double = 1, heightUnits: String = "", widthUnits: String = "") {
    self.height = height
    self.width = width
    self.heightUnits = heightUnits
    self.widthUnits = widthUnits
  }

  public init(height: Double, width: Double, units: String) {
    self.init(height: height, width: width, heightUnits: units, widthUnits: units)
  }

  /// Height over width, at least 1/8 and at most 8; 1 where the two have different units.
  var aspect: Double {
    let ratio = (height / width).magnitude
    guard UnitText.shown(heightUnits) == UnitText.shown(widthUnits), ratio.isFinite, ratio > 0 else { return 1 }
    return min(max(ratio, 0.125), 8)
  }
}

/// Pixels to point out on a map: tinted, with an outline.
public struct MaskOverlay: Hashable, Sendable {
  public var name: String
  /// One per pixel of the map, row by row.
  public var pixels: [Bool]
  public var colour: Colour

  public init(_ name: String, pixels: [Bool], colour: Colour) {
    self.name = name
    self.pixels = pixels
    self.colour = colour
  }
}

/// An image in false colours with a scale bar and a colour bar.
public struct MapPicture: Panel {
  public var title: String
  /// Row by row; what is no number has the colour of nothing.
  public var values: [Double]
  public var rows: Int
  public var columns: Int
  public var pixel: PixelSize
  /// What the values are, with their unit, along the colour bar.
  public var quantity: String
  public var colours: ColourMap
  /// The values of the first and the last colour; chosen by the values unless given.
  public var range: ClosedRange<Double>?
  public var isLogarithmic = false
  public var masks: [MaskOverlay] = []
  public var showsColourBar = true
  /// points
  public var greatestHeight = 420.0
  /// Whether few bytes matter, as on a page: pixels are averaged to about one for a point, and colours that noise hides are joined.
  public var isCompact = false

  /// - Precondition: there are rows × columns values.
  public init(
    _ title: String = "", values: [Double], rows: Int, columns: Int, pixel: PixelSize = PixelSize(), quantity: String = "",
    colours: ColourMap = .sequential
  ) {
    precondition(values.count == rows * columns)
    self.title = title
    self.values = values
    self.rows = rows
    self.columns = columns
    self.pixel = pixel
    self.quantity = quantity
    self.colours = colours
  }

  public var words: String {
    let what = "A map of \(quantity.isEmpty ? "values" : quantity), \(rows) × \(columns) pixels"
    guard values.contains(where: \.isFinite) else { return what + " without values" }
    let (range, names) = (valueScale.range, masks.map(\.name).filter { !$0.isEmpty })
    func number(_ value: Double) -> String { NumberText.significant(value, digits: 3) }
    return what + (showsColourBar ? ", from \(number(range.lowerBound)) to \(number(range.upperBound))" : "")
      + (names.isEmpty ? "" : "; marked on it: \(names.joined(separator: ", "))")
  }

  public func height(forWidth width: Double) -> Double {
    guard rows > 0, columns > 0 else { return 80 }
    return top(forWidth: width) + imageSize(forWidth: width).height + 22
  }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    drawing.text(
      TextMetrics.fit(title, width: rect.width, size: 10, bold: true), at: Point(rect.x, rect.y + 10), size: 10, bold: true)
    guard rows > 0, columns > 0 else {
      return drawing.text("no values", at: rect.middle, .middle, colour: Theme.pencil)
    }
    let size = imageSize(forWidth: rect.width)
    let image = Rect(x: rect.x, y: rect.y + top(forWidth: rect.width), width: size.width, height: size.height)
    let scale = valueScale
    drawing.marks.append(.picture(raster(size: size, scale: scale), image))
    if let overlay = maskRaster(size: size) { drawing.marks.append(.picture(overlay, image)) }
    drawLegend(in: rect, on: &drawing)
    if !values.contains(where: \.isFinite) {
      drawing.text("no values", at: Point(image.middle.x, image.middle.y + 3), .middle)
    } else if showsColourBar {
      drawColourBar(beside: image, scale, on: &drawing)
    }
    drawScale(below: image, to: rect.right, on: &drawing)
  }

  private func top(forWidth width: Double) -> Double { (title.isEmpty ? 2 : 16) + Double(legend(width: width).count) * 13 }

  /// The room right of the image.
  private var right: Double {
    guard showsColourBar else { return 0 }
    // So much that maps beside each other mostly have one size.
    let least = TextMetrics.width(of: "0.00", size: 8)
    let widest = max(least, valueScale.ticks.labels.map { TextMetrics.width(of: $0, size: 8) }.max() ?? 0)
    return 7 + 9 + 5 + widest + (barLabel.isEmpty ? 0 : 13)
  }

  private func imageSize(forWidth width: Double) -> (width: Double, height: Double) {
    let aspect = Double(rows) / Double(columns) * pixel.aspect
    let free = max(12, width - right)
    var size = (width: free, height: free * aspect)
    let limit = min(greatestHeight, 1.35 * width)
    if size.height > limit { size = (max(6, limit / aspect), limit) }
    // A line of pixels is drawn so high that it is seen.
    return (size.width, max(20, size.height))
  }

  /// Which values the colours stand for.
  var valueScale: ValueScale { ValueScale(values, range: range, isLogarithmic: isLogarithmic, isDiverging: colours.isDiverging) }

  private var barLabel: String { UnitText.label(quantity, "", exponent: valueScale.ticks.exponent) }

  private func drawColourBar(beside image: Rect, _ scale: ValueScale, on drawing: inout Drawing) {
    let bar = Rect(x: image.right + 7, y: image.y, width: 9, height: image.height)
    let steps = colours.colours.reversed().map(\.hexadecimal)
    drawing.marks.append(.picture(Raster(width: 1, height: steps.count, pixels: steps), bar))
    var widest = 0.0
    var last = Double.infinity
    for (value, label) in zip(scale.ticks.values, scale.ticks.labels) {
      let y = bar.bottom - scale.share(value) * bar.height
      drawing.line([Point(bar.right, y), Point(bar.right + 2.5, y)], Stroke(Theme.pencil, width: 0.7))
      let base = min(max(y + 2.9, image.top + 6), image.bottom)
      guard !label.isEmpty, last - base >= 9 else { continue }
      last = base
      drawing.text(label, at: Point(bar.right + 5, base), size: 8, colour: Theme.pencil)
      widest = max(widest, TextMetrics.width(of: label, size: 8))
    }
    // What lies beyond the ends has their colours.
    for (isCut, y, direction) in [(scale.cutsAbove, bar.top, -1.0), (scale.cutsBelow, bar.bottom, 1.0)] where isCut {
      let colour = direction < 0 ? colours.colour(1) : colours.colour(0)
      drawing.marks.append(
        .areas([[Point(bar.left, y), Point(bar.right, y), Point(bar.middle.x, y + 5 * direction)]], colour))
    }
    guard image.height >= 40 else { return }
    let label = TextMetrics.fit(barLabel, width: image.height + 16, size: 8.5)
    drawing.text(label, at: Point(bar.right + 5 + widest + 11, max(image.middle.y, image.top)), .middle, size: 8.5, upright: true)
  }

  /// A scale bar; where the two directions have units of their own, how far each of them goes.
  private func drawScale(below image: Rect, to right: Double, on drawing: inout Drawing) {
    let units = UnitText.shown(pixel.widthUnits)
    guard UnitText.shown(pixel.heightUnits) == units else {
      func extent(_ count: Int, _ size: Double, _ units: String) -> String {
        let units = UnitText.shown(units)
        return units.isEmpty ? "\(count) px" : "\(NumberText.significant(Double(count) * size.magnitude, digits: 3)) \(units)"
      }
      let text = "→ \(extent(columns, pixel.width, pixel.widthUnits))   ↓ \(extent(rows, pixel.height, pixel.heightUnits))"
      return drawing.text(
        TextMetrics.fit(text, width: right - image.x, size: 8.5), at: Point(image.x, image.bottom + 13), size: 8.5)
    }
    guard let bar = ScaleBar(columns: columns, scale: pixel.width, units: units, share: image.width < 60 ? 0.9 : 0.35) else {
      return
    }
    let length = bar.pixels / Double(columns) * image.width
    let y = image.bottom + 9.5
    drawing.marks.append(
      .rectangle(Rect(x: image.x, y: y - 1.5, width: length, height: 3), fill: Theme.ink, stroke: nil))
    drawing.text(
      TextMetrics.fit(bar.label, width: right - image.x - length - 5, size: 8.5), at: Point(image.x + length + 5, y + 3),
      size: 8.5)
    let used = length + 5 + TextMetrics.width(of: bar.label, size: 8.5)
    let note = averagingNote(size: (image.width, image.height))
    let width = TextMetrics.width(of: note, size: 8)
    guard used + 8 + width <= right - image.x else { return }
    drawing.text(note, at: Point(right, y + 3), .end, size: 8, colour: Theme.pencil)
  }

  /// What a drawn pixel is where it is more than one of the map's.
  private func averagingNote(size: (width: Double, height: Double)) -> String {
    let (down, across) = (steps(rows, points: size.height).averaged, steps(columns, points: size.width).averaged)
    return down > 1 || across > 1 ? "means of \(down) × \(across) pixels" : ""
  }

  /// The masks with names, in lines that fit.
  private func legend(width: Double) -> [[Int]] {
    var rows: [[Int]] = []
    var used = 0.0
    for (index, mask) in masks.enumerated() where !mask.name.isEmpty {
      let own = min(width, TextMetrics.width(of: mask.name, size: 8.5) + 24)
      if rows.isEmpty || used + own > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(index)
      used += own
    }
    return rows
  }

  private func drawLegend(in rect: Rect, on drawing: inout Drawing) {
    var y = rect.y + (title.isEmpty ? 2 : 16)
    for row in legend(width: rect.width) {
      var x = rect.x
      for index in row {
        let box = Rect(x: x, y: y, width: 9, height: 9)
        drawing.marks.append(
          .rectangle(box, fill: masks[index].colour.opacity(0.4), stroke: Stroke(masks[index].colour, width: 1.2)))
        let name = TextMetrics.fit(masks[index].name, width: rect.width - 14, size: 8.5)
        drawing.text(name, at: Point(x + 13, y + 7.5), size: 8.5)
        x += TextMetrics.width(of: name, size: 8.5) + 24
      }
      y += 13
    }
  }
}

extension ColourMap {
  /// Whether the middle colour stands for zero.
  var isDiverging: Bool { name == "diverging" }
}
