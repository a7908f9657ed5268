/// The colours that figures are drawn in. A page may give each of them another value by the name it has in a style sheet.
public enum Theme {
  public static let paper = Colour(0xFFFFFF)
  public static let ink = Colour(0x24292F)
  /// For what steps back: tick labels, leaders.
  public static let pencil = Colour(0x5F6873)
  /// For grids.
  public static let rule = Colour(0xDDE2E8)
  /// Where a map has no value.
  public static let nothing = Colour(0xB3B9C1)

  /// Colours of curves and masks, told apart also by those who see red and green alike (after Okabe and Ito 2008).
  public static let series: [Colour] = [
    Colour(0x0B6FB3), Colour(0xD15A0A), Colour(0x0E8F69), Colour(0xB4559A), Colour(0x8A6D00), Colour(0x2E9FD6),
    Colour(0x7A4FBF), Colour(0x6B7280),
  ]

  /// The colour of the curve or mask of a number, from 0.
  public static func series(_ index: Int) -> Colour { series[((index % series.count) + series.count) % series.count] }

  /// The names of the colours in a style sheet, by their values.
  static let variables: [UInt32: String] = {
    var names: [UInt32: String] = [
      paper.hexadecimal: "--paper", ink.hexadecimal: "--ink", pencil.hexadecimal: "--pencil", rule.hexadecimal: "--rule",
    ]
    for (index, colour) in series.enumerated() { names[colour.hexadecimal] = "--series-\(index + 1)" }
    return names
  }()
}
