/// A picture as a list of marks, in points, before it becomes SVG, PNG or PDF.
public struct Drawing: Hashable, Sendable {
  public var width: Double
  public var height: Double
  /// What the picture is of.
  public var title: String
  /// What the picture shows, in a sentence, for those who cannot see it; empty: as the title.
  public var words = ""
  /// In the order they are drawn.
  public var marks: [Mark] = []

  public init(width: Double, height: Double, title: String = "") {
    self.width = width
    self.height = height
    self.title = title
  }
}

/// Something that is drawn.
public enum Mark: Hashable, Sendable {
  /// Straight lines through points, one per list.
  case lines([[Point]], Stroke)
  /// Areas bounded by straight lines.
  case areas([[Point]], Colour)
  case rectangle(Rect, fill: Colour?, stroke: Stroke?)
  case dots([Point], radius: Double, Colour)
  case text(TextMark)
  /// Colours of pixels, spread over a rectangle.
  case picture(Raster, Rect)
  /// Marks of which only what lies in a rectangle is seen.
  indirect case clipped(Rect, [Mark])
}

public struct Stroke: Hashable, Sendable {
  public var colour: Colour
  /// points
  public var width: Double
  /// Lengths of dashes and gaps in turn, in points; empty for a line without gaps.
  public var dashes: [Double]

  public init(_ colour: Colour, width: Double = 0.8, dashes: [Double] = []) {
    self.colour = colour
    self.width = width
    self.dashes = dashes
  }
}

/// A line of text at a place.
public struct TextMark: Hashable, Sendable {
  public enum Alignment: Hashable, Sendable { case start, middle, end }

  public var text: String
  /// Where its base line begins, has its middle, or ends.
  public var place: Point
  public var alignment: Alignment
  /// points
  public var size: Double
  public var isBold: Bool
  public var colour: Colour
  /// Read from below, its base line to the right.
  public var isUpright: Bool
}

extension Drawing {
  public mutating func line(_ points: [Point], _ stroke: Stroke) { marks.append(.lines([points], stroke)) }

  public mutating func text(
    _ text: String, at place: Point, _ alignment: TextMark.Alignment = .start, size: Double = 9, bold: Bool = false,
    colour: Colour = Theme.ink, upright: Bool = false
  ) {
    guard !text.isEmpty else { return }
    marks.append(
      .text(
        TextMark(
          text: text, place: place, alignment: alignment, size: size, isBold: bold, colour: colour, isUpright: upright)))
  }

  /// All texts, those of clipped parts included, in the order they are drawn.
  public var texts: [TextMark] { Self.texts(in: marks) }

  private static func texts(in marks: [Mark]) -> [TextMark] {
    marks.flatMap { mark -> [TextMark] in
      switch mark {
      case .text(let text): [text]
      case .clipped(_, let inner): texts(in: inner)
      default: []
      }
    }
  }
}

extension TextMark {
  /// The part of the drawing that the text covers.
  public var bounds: Rect {
    let length = TextMetrics.width(of: text, size: size, bold: isBold)
    let shift: Double =
      switch alignment {
      case .start: 0
      case .middle: -length / 2
      case .end: -length
      }
    let (ascent, descent) = (TextMetrics.ascent * size, TextMetrics.descent * size)
    if isUpright {
      return Rect(x: place.x - ascent, y: place.y - shift - length, width: ascent + descent, height: length)
    }
    return Rect(x: place.x + shift, y: place.y - ascent, width: length, height: ascent + descent)
  }
}
