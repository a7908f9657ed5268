/// A map as the pixels that are drawn: large ones averaged, to about two pixels per point, or one where few bytes matter.
extension MapPicture {
  func raster(size: (width: Double, height: Double), scale: ValueScale) -> Raster {
    let across = steps(columns, points: size.width)
    let down = steps(rows, points: size.height)
    let values = averages(across, down)
    let palette = colours.colours.map(\.hexadecimal)
    var indices = values.map { value in
      value.isFinite || value == .infinity && !isLogarithmic ? Int((scale.share(value) * 255).rounded()) : -1
    }
    if isCompact { Self.joinColours(&indices) }
    return Raster(
      width: across.count, height: down.count, pixels: indices.map { $0 < 0 ? Theme.nothing.hexadecimal : palette[$0] })
  }

  /// Rounds indices to steps of a third of the noise, as neighbours that differ tell it: what noise hides takes no bytes.
  private static func joinColours(_ indices: inout [Int]) {
    let changes = zip(indices, indices.dropFirst()).filter { $0 >= 0 && $1 >= 0 && $0 != $1 }.map { ($0 - $1).magnitude }.sorted()
    guard !changes.isEmpty else { return }
    let step = min(8, Int(Double(changes[changes.count / 2]) / 0.954 / 3))
    guard step > 1 else { return }
    for place in indices.indices where indices[place] > 0 { indices[place] = min(255, (indices[place] + step / 2) / step * step) }
  }

  /// How many source pixels become one along one direction.
  struct Steps: Hashable, Sendable {
    /// Source pixels that are averaged to one.
    var averaged: Int
    /// Pixels in all.
    var count: Int
  }

  func steps(_ count: Int, points: Double) -> Steps {
    let wanted = max(1, Int((points * (isCompact ? 0.75 : 2)).rounded(.up)))
    let averaged = max(1, count / wanted)
    return Steps(averaged: averaged, count: (count + averaged - 1) / averaged)
  }

  /// Means over the pixels that are averaged, of those that are numbers.
  private func averages(_ across: Steps, _ down: Steps) -> [Double] {
    guard across.averaged > 1 || down.averaged > 1 else { return values }
    var result = [Double](repeating: .nan, count: across.count * down.count)
    for row in 0..<down.count {
      for column in 0..<across.count {
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
        if count > 0 { result[row * across.count + column] = sum / count }
      }
    }
    return result
  }
}

/// Masks over a map, as a picture of their own that is seen through.
extension MapPicture {
  /// Each mask tinted, with an outline on the inner side of its pixels; nil where no mask has a pixel.
  func maskRaster(size: (width: Double, height: Double)) -> Raster? {
    let usable = masks.filter { $0.pixels.count == values.count && $0.pixels.contains(true) }
    guard !usable.isEmpty else { return nil }
    let across = MaskSteps(columns, points: size.width)
    let down = MaskSteps(rows, points: size.height)
    let count = across.count * down.count
    var raster = Raster(
      width: across.count, height: down.count, pixels: Array(repeating: 0, count: count),
      opacities: Array(repeating: 0, count: count))
    for mask in usable { raster.draw(mask, columns, across, down) }
    return raster
  }

  /// Which source pixels lie under a drawn one, along one direction: about two are drawn for each point.
  fileprivate struct MaskSteps {
    /// Source pixels that are joined.
    let joined: Int
    /// Drawn pixels for one of these.
    let enlarged: Int
    let count: Int

    init(_ count: Int, points: Double) {
      let wanted = max(1, Int((points * 2).rounded(.up)))
      joined = max(1, count / wanted)
      enlarged = joined > 1 ? 1 : Raster.factor(count, points: points)
      self.count = (count + joined - 1) / joined * enlarged
    }

    func sources(_ index: Int, of total: Int) -> Range<Int> {
      let first = index / enlarged * joined
      return first..<min(first + joined, total)
    }
  }
}

extension Raster {
  fileprivate mutating func draw(
    _ mask: MaskOverlay, _ columns: Int, _ across: MapPicture.MaskSteps, _ down: MapPicture.MaskSteps
  ) {
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
        lay(mask.colour.opacity(isEdge ? 1 : 0.32), on: row * width + column)
      }
    }
  }

  private mutating func lay(_ colour: Colour, on index: Int) {
    let below = Double(opacities[index]) / 255
    let opacity = colour.opacity + below * (1 - colour.opacity)
    let share = opacity > 0 ? colour.opacity / opacity : 0
    pixels[index] = colour.opacity(share).over(Colour(pixels[index])).hexadecimal
    opacities[index] = UInt8((opacity * 255).rounded())
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

  public var words: String { "An image of \(raster.width) × \(raster.height) pixels in colours" }

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
    drawing.marks.append(.picture(raster, image))
    let units = UnitText.shown(pixel.widthUnits)
    guard let bar = ScaleBar(columns: raster.width, scale: pixel.width, units: units) else { return }
    let length = bar.pixels / Double(raster.width) * image.width
    drawing.marks.append(
      .rectangle(Rect(x: image.x, y: image.bottom + 8, width: length, height: 3), fill: Theme.ink, stroke: nil))
    drawing.text(bar.label, at: Point(image.x + length + 5, image.bottom + 12.5), size: 8.5)
  }
}
