/// A map as the pixels that are drawn.
///
/// Not all programs that show SVG keep the edges of enlarged pixels sharp: small maps are enlarged here, by whole numbers, and
/// large ones averaged, to about two pixels per point.
extension MapPicture {
  func raster(size: (width: Double, height: Double), scale: ValueScale) -> Raster {
    let across = Self.steps(columns, points: size.width)
    let down = Self.steps(rows, points: size.height)
    let averaged = averages(across, down)
    var pixels = [UInt32](repeating: 0, count: across.count * down.count)
    let palette = colours.colours.map(\.hexadecimal)
    var colourful = [UInt32](repeating: 0, count: averaged.values.count)
    for (index, value) in averaged.values.enumerated() {
      colourful[index] =
        value.isFinite || value == .infinity && !isLogarithmic
        ? palette[Int((scale.share(value) * 255).rounded())] : Theme.nothing.hexadecimal
    }
    for row in 0..<down.count {
      let source = row / down.enlarged * averaged.columns
      for column in 0..<across.count {
        pixels[row * across.count + column] = colourful[source + column / across.enlarged]
      }
    }
    var raster = Raster(width: across.count, height: down.count, pixels: pixels)
    for mask in masks where mask.pixels.count == values.count { raster.draw(mask, columns, across, down) }
    return raster
  }

  /// How many source pixels become how many drawn ones along one direction.
  struct Steps: Hashable, Sendable {
    /// Source pixels that are averaged to one.
    var averaged: Int
    /// Drawn pixels for one of these.
    var enlarged: Int
    /// Drawn pixels in all.
    var count: Int

    /// The source pixels of a drawn one.
    func sources(_ index: Int, of total: Int) -> Range<Int> {
      let first = index / enlarged * averaged
      return first..<min(first + averaged, total)
    }
  }

  static func steps(_ count: Int, points: Double) -> Steps {
    let wanted = max(1, Int((points * 2).rounded(.up)))
    if count >= 2 * wanted {
      let averaged = count / wanted
      return Steps(averaged: averaged, enlarged: 1, count: (count + averaged - 1) / averaged)
    }
    let enlarged = max(1, (wanted + count - 1) / count)
    return Steps(averaged: 1, enlarged: enlarged, count: count * enlarged)
  }

  /// Means over the pixels that are averaged, of those that are numbers.
  private func averages(_ across: Steps, _ down: Steps) -> (values: [Double], columns: Int) {
    guard across.averaged > 1 || down.averaged > 1 else { return (values, columns) }
    let width = across.count / across.enlarged
    let height = down.count / down.enlarged
    var result = [Double](repeating: .nan, count: width * height)
    for row in 0..<height {
      for column in 0..<width {
        var (sum, count) = (0.0, 0.0)
        for y in row * down.averaged..<min((row + 1) * down.averaged, rows) {
          for x in column * across.averaged..<min((column + 1) * across.averaged, columns) {
            let value = values[y * columns + x]
            if value.isFinite {
              sum += value
              count += 1
            }
          }
        }
        if count > 0 { result[row * width + column] = sum / count }
      }
    }
    return (result, width)
  }
}

extension Raster {
  /// Tints a mask's pixels, and draws its outline on their inner side.
  fileprivate mutating func draw(_ mask: MaskOverlay, _ columns: Int, _ across: MapPicture.Steps, _ down: MapPicture.Steps) {
    let rows = columns > 0 ? mask.pixels.count / columns : 0
    var inside = [Bool](repeating: false, count: width * height)
    for row in 0..<height {
      let ys = down.sources(row, of: rows)
      for column in 0..<width {
        let xs = across.sources(column, of: columns)
        var count = 0
        for y in ys { for x in xs where mask.pixels[y * columns + x] { count += 1 } }
        inside[row * width + column] = count > 0 && 2 * count >= ys.count * xs.count
      }
    }
    let outline = mask.colour.hexadecimal
    let thickness = 3
    func isInside(_ row: Int, _ column: Int) -> Bool {
      row >= 0 && row < height && column >= 0 && column < width ? inside[row * width + column] : false
    }
    for row in 0..<height {
      for column in 0..<width where inside[row * width + column] {
        var isEdge = false
        for step in 1...thickness where !isEdge {
          isEdge =
            !isInside(row - step, column) || !isInside(row + step, column) || !isInside(row, column - step)
            || !isInside(row, column + step)
        }
        let index = row * width + column
        pixels[index] = isEdge ? outline : mask.colour.opacity(0.32).over(Colour(pixels[index])).hexadecimal
      }
    }
  }
}

extension Raster {
  /// Enlarged by whole numbers to about two pixels per point, as maps are.
  fileprivate func enlarged(points: (width: Double, height: Double)) -> Raster {
    let across = MapPicture.steps(width, points: points.width)
    let down = MapPicture.steps(height, points: points.height)
    guard across.averaged == 1, down.averaged == 1 else { return self }
    var larger: [UInt32] = []
    larger.reserveCapacity(across.count * down.count)
    for row in 0..<down.count {
      let source = row / down.enlarged * width
      for column in 0..<across.count { larger.append(pixels[source + column / across.enlarged]) }
    }
    return Raster(width: across.count, height: down.count, pixels: larger)
  }
}

/// A picture in colours of its own, with a scale bar.
public struct ColourPicture: Panel {
  public var title: String
  public var raster: Raster
  public var pixel: PixelSize

  public init(_ title: String = "", _ raster: Raster, pixel: PixelSize = PixelSize()) {
    self.title = title
    self.raster = raster
    self.pixel = pixel
  }

  public func height(forWidth width: Double) -> Double {
    (title.isEmpty ? 2 : 16) + size(forWidth: width).height + 22
  }

  private func size(forWidth width: Double) -> (width: Double, height: Double) {
    let aspect = Double(raster.height) / Double(raster.width) * pixel.aspect
    return width * aspect > 420 ? (420 / aspect, 420) : (width, width * aspect)
  }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    drawing.text(
      TextMetrics.fit(title, width: rect.width, size: 10, bold: true), at: Point(rect.x, rect.y + 10), size: 10, bold: true)
    let size = size(forWidth: rect.width)
    let image = Rect(x: rect.x, y: rect.y + (title.isEmpty ? 2 : 16), width: size.width, height: size.height)
    drawing.marks.append(.picture(raster.enlarged(points: size), image))
    let units = UnitText.shown(pixel.widthUnits)
    guard let bar = ScaleBar(columns: raster.width, scale: pixel.width, units: units) else { return }
    let length = bar.pixels / Double(raster.width) * image.width
    drawing.marks.append(
      .rectangle(Rect(x: image.x, y: image.bottom + 8, width: length, height: 3), fill: Theme.ink, stroke: nil))
    drawing.text(bar.label, at: Point(image.x + length + 5, image.bottom + 12.5), size: 8.5)
  }
}
