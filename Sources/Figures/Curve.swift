/// A line, or points, of a plot.
public struct Curve: Sendable {
  public enum Style: Hashable, Sendable {
    case line
    case dashed
    case points
    case pointsOnLine
  }

  /// As the legend says it; empty for what is not in it.
  public var name: String
  public var x: [Double]
  /// One for each x; what is not finite is left out, and breaks a line.
  public var y: [Double]
  public var style: Style
  public var colour: Colour
  /// Standard deviations, drawn as a band around a line and as bars at points.
  public var errors: [Double]?
  public var width: Double

  public init(
    _ name: String = "", x: [Double], y: [Double], _ style: Style = .line, colour: Colour = Theme.series[0],
    errors: [Double]? = nil, width: Double = 1.1
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.style = style
    self.colour = colour
    self.errors = errors
    self.width = width
  }
}

/// The name of a line or a peak, above the curve at its x.
public struct LineLabel: Hashable, Sendable {
  public var x: Double
  /// "Fe Kα"
  public var text: String
  /// The heavier of two labels that want one place has it.
  public var weight: Double

  public init(x: Double, text: String, weight: Double) {
    self.x = x
    self.text = text
    self.weight = weight
  }
}

/// A straight line across a plot.
public struct Guide: Hashable, Sendable {
  public enum Direction: Hashable, Sendable { case horizontal, vertical }

  public var direction: Direction
  public var value: Double
  public var text: String
  public var colour: Colour

  public init(_ direction: Direction, at value: Double, _ text: String = "", colour: Colour = Theme.pencil) {
    self.direction = direction
    self.value = value
    self.text = text
    self.colour = colour
  }
}

/// What an axis of a plot shows, and how.
public struct PlotAxis: Hashable, Sendable {
  public var label: String
  public var units: String
  public var isLogarithmic: Bool
  /// What is shown; all that is finite, with some room, unless given.
  public var range: ClosedRange<Double>?
  /// Whether only whole numbers have marks.
  public var isCount = false
  /// Names that stand at 1, 2, 3 … instead of numbers.
  public var names: [String] = []

  public init(_ label: String = "", units: String = "", isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.units = units
    self.isLogarithmic = isLogarithmic
    self.range = range
  }
}
