internal import CCairo

/// How much room texts take, in DejaVu Sans.
public enum TextMetrics {
  /// Above the base line, as a part of the size: the height of capitals.
  public static let ascent = 0.76
  /// Below the base line.
  public static let descent = 0.24

  /// The advance of a line of text, in points.
  ///
  /// The corresponding C function is `cairo_text_extents`.
  public static func width(of text: String, size: Double, bold: Bool = false) -> Double {
    guard !text.isEmpty, let context = CairoContext.measuring() else { return 0 }
    return context.width(of: text, size: size, bold: bold)
  }

  /// A text as short as it must be to fit into a width, with an ellipsis where something was left out.
  public static func fit(_ text: String, width: Double, size: Double, bold: Bool = false) -> String {
    guard self.width(of: text, size: size, bold: bold) > width else { return text }
    var kept = text
    while !kept.isEmpty {
      kept.removeLast()
      let shown = kept + "…"
      if self.width(of: shown, size: size, bold: bold) <= width { return shown }
    }
    return ""
  }
}
