/// A part of a figure: a plot, a map.
public protocol Panel: Sendable {
  /// The height that suits a width, in points.
  func height(forWidth width: Double) -> Double
  func draw(in rect: Rect, on drawing: inout Drawing)
  /// What it shows, in a sentence without a full stop, for those who cannot see it.
  var words: String { get }
}

/// Panels in rows, under a title.
public struct Figure: Sendable {
  /// Panels beside each other; a panel of weight 2 is twice as wide as one of weight 1.
  public struct Row: Sendable {
    public var panels: [any Panel]
    public var weights: [Double]

    public init(_ panels: [any Panel], weights: [Double]? = nil) {
      self.panels = panels
      self.weights = weights.flatMap { $0.count == panels.count ? $0 : nil } ?? panels.map { _ in 1 }
    }
  }

  public var title: String
  public var rows: [Row]
  private let gap = 14.0
  private let margin = 8.0

  public init(_ title: String = "", rows: [Row]) {
    self.title = title
    self.rows = rows
  }

  public init(_ title: String = "", _ panel: any Panel) { self.init(title, rows: [Row([panel])]) }

  /// Panels of one kind, as many beside each other as are at least so wide.
  public init(_ title: String = "", grid panels: [any Panel], width: Double, atLeast least: Double) {
    let columns = max(1, min(panels.count, Int((width + 14) / (least + 14))))
    let rows = stride(from: 0, to: panels.count, by: columns).map { start in
      // A last row that is not full keeps the width of the others.
      let row = Array(panels[start..<min(start + columns, panels.count)])
      return Row(row + (row.count..<columns).map { _ in EmptyPanel() })
    }
    self.init(title, rows: rows)
  }

  /// What all panels show, each after its title.
  public var words: String {
    rows.flatMap(\.panels).map(\.words).filter { !$0.isEmpty }.joined(separator: ". ")
  }

  /// The figure at a width, in points; its height follows.
  public func drawing(width: Double) -> Drawing {
    let inner = max(60, width - 2 * margin)
    var drawing = Drawing(width: inner + 2 * margin, height: 0, title: title)
    drawing.words = words
    let bottom = draw(at: Point(margin, margin), width: inner, on: &drawing)
    drawing.height = (bottom + margin).rounded(.up)
    return drawing
  }

  /// Draws the rows, and answers where they end.
  fileprivate func draw(at origin: Point, width: Double, on drawing: inout Drawing) -> Double {
    var y = origin.y
    if !title.isEmpty {
      let shown = TextMetrics.fit(title, width: width, size: 11, bold: true)
      drawing.text(shown, at: Point(origin.x, y + 9), size: 11, bold: true)
      y += 18
    }
    for (number, row) in rows.enumerated() {
      if number > 0 { y += gap }
      var x = origin.x
      var height = 0.0
      for (panel, width) in zip(row.panels, row.widths(of: width, gap: gap)) {
        let own = panel.height(forWidth: width)
        panel.draw(in: Rect(x: x, y: y, width: width, height: own), on: &drawing)
        height = max(height, own)
        x += width + gap
      }
      y += height
    }
    return y
  }
}

/// A figure as a part of another.
public struct NestedFigure: Panel {
  public var figure: Figure

  public init(_ figure: Figure) { self.figure = figure }

  public var words: String { [figure.title, figure.words].filter { !$0.isEmpty }.joined(separator: ": ") }

  public func height(forWidth width: Double) -> Double {
    var scratch = Drawing(width: width, height: 0)
    return figure.draw(at: Point(0, 0), width: width, on: &scratch)
  }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    _ = figure.draw(at: Point(rect.x, rect.y), width: rect.width, on: &drawing)
  }
}

extension Figure.Row {
  fileprivate func widths(of total: Double, gap: Double) -> [Double] {
    let sum = weights.reduce(0, +)
    let free = total - gap * Double(max(0, panels.count - 1))
    return weights.map { max(20, free * $0 / max(sum, 1e-9)) }
  }
}

/// Nothing, in the place of a panel.
struct EmptyPanel: Panel {
  var words: String { "" }
  func height(forWidth width: Double) -> Double { 0 }
  func draw(in rect: Rect, on drawing: inout Drawing) {}
}

/// A sentence in the place of a picture that cannot be made.
public struct MessagePanel: Panel {
  public var title: String
  public var text: String

  public init(title: String = "", _ text: String) {
    self.title = title
    self.text = text
  }

  public var words: String { text }

  public func height(forWidth width: Double) -> Double { 56 }

  public func draw(in rect: Rect, on drawing: inout Drawing) {
    drawing.marks.append(
      .rectangle(rect.inset(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5), fill: nil, stroke: Stroke(Theme.rule)))
    let lines = [title, text].filter { !$0.isEmpty }
    for (number, line) in lines.enumerated() {
      drawing.text(
        TextMetrics.fit(line, width: rect.width - 12, size: 9),
        at: Point(rect.middle.x, rect.middle.y + 3 + (Double(number) - Double(lines.count - 1) / 2) * 13), .middle,
        colour: Theme.pencil)
    }
  }
}
