import Figures

/// A picture of something in a file.
struct StoredPicture {
  /// What it shows of its object: "scree", "component 2", "spectrum".
  var name: String
  var caption: String
  var figure: Figure
  /// The width it looks best at, in points.
  var width: Double

  init(_ name: String, _ caption: String = "", _ figure: Figure, width: Double = 420) {
    self.name = name
    self.caption = caption
    self.figure = figure
    self.width = width
  }

  func drawing(width: Double? = nil) -> Drawing {
    var drawing = figure.drawing(width: width ?? self.width)
    if drawing.title.isEmpty { drawing.title = caption.isEmpty ? name : caption }
    return drawing
  }
}
