/// The kinds of picture files.
public enum PictureFormat: String, Hashable, Sendable, CaseIterable {
  case svg, png, pdf
}

extension Drawing {
  /// The picture as a file; the same drawing has the same bytes, and no date is in them.
  ///
  /// - Parameter scale: pixels of a PNG per point.
  public func file(_ format: PictureFormat, scale: Double = 2) throws(FigureError) -> [UInt8] {
    switch format {
    case .svg: Array(try svg().utf8)
    case .png: try png(scale: scale)
    case .pdf: try pdf()
    }
  }

  /// A PNG image on white.
  public func png(scale: Double = 2) throws(FigureError) -> [UInt8] {
    try check()
    let pixels = (x: (width * scale).rounded(.up), y: (height * scale).rounded(.up))
    guard pixels.x >= 1, pixels.y >= 1, pixels.x <= 32_000, pixels.y <= 32_000,
      let context = CairoContext.image(width: Int32(pixels.x), height: Int32(pixels.y))
    else {
      throw FigureError("a picture of \(pixels.x) × \(pixels.y) pixels cannot be made", advice: "Make it smaller.")
    }
    context.scale(scale)
    context.fill(Theme.paper)
    context.draw(marks)
    return try context.png()
  }

  /// An SVG document on white; texts are outlines, so that it looks the same without the font.
  public func svg() throws(FigureError) -> String {
    try check()
    guard let context = CairoContext.svg(width: width, height: height) else { throw Self.noSurface }
    context.draw([.rectangle(Rect(x: 0, y: 0, width: width, height: height), fill: Theme.paper, stroke: nil)])
    context.draw(marks)
    let text = String(decoding: try context.finish(), as: UTF8.self)
    return SVGText.tidied(text, title: title, words: alternative)
  }

  /// What stands for the picture where it cannot be seen.
  var alternative: String { [title, words].filter { !$0.isEmpty }.joined(separator: ". ") }

  /// A PDF page of the size of the drawing.
  public func pdf() throws(FigureError) -> [UInt8] {
    try check()
    guard let context = CairoContext.pdf(width: width, height: height) else { throw Self.noSurface }
    context.draw(marks)
    return try context.finish()
  }

  private func check() throws(FigureError) {
    guard width.isFinite, height.isFinite, width > 0, height > 0, width <= 100_000, height <= 100_000 else {
      throw FigureError("a picture of \(width) × \(height) points cannot be made", advice: "Give it another width.")
    }
  }

  private static var noSurface: FigureError {
    FigureError("cairo made no surface to draw on", advice: "Free some memory, or make the picture smaller.")
  }
}
