import Figures
import Microscopy

/// Panels for values over axes, by how many axes there are.
struct ImagePanels {
  var options: PictureOptions
  /// What the values are, along the colour bar.
  var quantity = ""
  var colours = ColourMap.sequential
  var isLogarithmic = false

  init(_ options: PictureOptions, quantity: String = "", colours: ColourMap = .sequential, isLogarithmic: Bool = false) {
    self.options = options
    self.quantity = quantity
    self.colours = colours
    self.isLogarithmic = options.isLogarithmic ?? isLogarithmic
  }

  /// Values over one or two axes; of more, their mean over the first ones.
  func panel(_ title: String, _ values: [Double], axes: [Axis], colour: Int = 0) -> any Panel {
    guard values.count == axes.map(\.size).reduce(1, *), !axes.isEmpty else { return MessagePanel(title: title, "no values") }
    if axes.count == 1 { return line(title, values, axes[0], colour: colour) }
    let inner = Array(axes.suffix(2))
    return map(title, Self.mean(values, over: axes.dropLast(2).map(\.size).reduce(1, *)), inner)
  }

  func map(_ title: String, _ values: [Double], _ axes: [Axis]) -> MapPicture {
    map(
      title, values, rows: axes[0].size, columns: axes[1].size, pixel: Self.pixel(axes))
  }

  func map(_ title: String, _ values: [Double], rows: Int, columns: Int, pixel: PixelSize) -> MapPicture {
    var colours = colours
    if colours == .sequential, !isLogarithmic {
      let finite = values.filter(\.isFinite)
      let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
      if low < 0, high > 0, -low > 0.08 * high { colours = .diverging }
    }
    var picture = MapPicture(
      title, values: values, rows: rows, columns: columns, pixel: pixel, quantity: quantity, colours: colours)
    picture.range = options.values
    picture.isLogarithmic = isLogarithmic
    picture.isCompact = options.isCompact
    return picture
  }

  func image(_ title: String, _ image: ReducedImage, _ axes: [Axis]) -> MapPicture {
    var pixel = Self.pixel(axes)
    pixel.height *= Double(image.factors.y)
    pixel.width *= Double(image.factors.x)
    return map(title, image.values, rows: image.rows, columns: image.columns, pixel: pixel)
  }

  private func line(_ title: String, _ values: [Double], _ axis: Axis, colour: Int) -> Plot {
    var plot = Plot(
      title, x: PlotAxis(axis.name.isEmpty ? "Index" : axis.name, units: axis.units),
      y: PlotAxis(quantity.isEmpty ? "Value" : quantity, isLogarithmic: isLogarithmic),
      [Curve(x: axis.coordinates, y: values, values.count > 60 ? .line : .pointsOnLine, colour: Theme.series(colour))])
    plot.y.range = options.values
    return plot
  }

  static func pixel(_ axes: [Axis]) -> PixelSize {
    guard axes.count >= 2 else { return PixelSize() }
    let (y, x) = (axes[axes.count - 2], axes[axes.count - 1])
    return PixelSize(height: step(y), width: step(x), heightUnits: y.units, widthUnits: x.units)
  }

  /// The scale, or the mean step of an axis that is not uniform.
  private static func step(_ axis: Axis) -> Double {
    guard let values = axis.values, values.count > 1 else { return axis.scale }
    return (values[values.count - 1] - values[0]) / Double(values.count - 1)
  }

  private static func mean(_ values: [Double], over count: Int) -> [Double] {
    guard count > 1 else { return values }
    let size = values.count / count
    return (0..<size).map { index in (0..<count).reduce(0) { $0 + values[$1 * size + index] } / Double(count) }
  }
}
