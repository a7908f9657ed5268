/// The parts of a plot around its curves.
extension Plot {
  func drawAxes(_ map: PlotMapping, on drawing: inout Drawing) {
    let frame = map.frame
    let yTicks = ticks(y, map.y, room: frame.height)
    var lowest = Double.infinity
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      guard let py = map.y(value), py >= frame.top - 0.1, py <= frame.bottom + 0.1 else { continue }
      let isMinor = label.isEmpty
      if !isMinor { drawing.line([Point(frame.left, py), Point(frame.right, py)], Stroke(Theme.rule, width: 0.6)) }
      drawing.line([Point(frame.left - (isMinor ? 2 : 3.5), py), Point(frame.left, py)], Stroke(Theme.pencil, width: 0.7))
      // Labels of a low frame keep their distance.
      guard !isMinor, lowest - py >= 9.5 else { continue }
      lowest = py
      drawing.text(label, at: Point(frame.left - 5.5, py + 3), .end, size: 8.5, colour: Theme.pencil)
    }
    let xTicks = ticks(x, map.x, room: frame.width)
    var last = -Double.infinity
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      guard let px = map.x(value), px >= frame.left - 0.1, px <= frame.right + 0.1 else { continue }
      drawing.line(
        [Point(px, frame.bottom), Point(px, frame.bottom + (label.isEmpty ? 2 : 3.5))], Stroke(Theme.pencil, width: 0.7))
      guard showsXLabels else { continue }
      let width = TextMetrics.width(of: label, size: 8.5)
      // Labels of a crowded axis keep their distance.
      guard px - width / 2 > last + 5 else { continue }
      drawing.text(label, at: Point(px, frame.bottom + 12.5), .middle, size: 8.5, colour: Theme.pencil)
      if !label.isEmpty { last = px + width / 2 }
    }
    drawing.line(
      [Point(frame.left, frame.top), Point(frame.left, frame.bottom), Point(frame.right, frame.bottom)],
      Stroke(Theme.pencil, width: 0.8))
    if showsXLabels {
      drawing.text(
        TextMetrics.fit(UnitText.label(x.label, x.units, exponent: xTicks.exponent), width: frame.width, size: 9),
        at: Point(frame.middle.x, frame.bottom + 26),
        .middle)
    }
    let yLabel = TextMetrics.fit(UnitText.label(y.label, y.units, exponent: yTicks.exponent), width: frame.height + 24, size: 9)
    drawing.text(yLabel, at: Point(frame.left - left + 9, frame.middle.y), .middle, upright: true)
  }

  func drawGuides(_ map: PlotMapping, on drawing: inout Drawing) {
    for guide in guides {
      let stroke = Stroke(guide.colour, width: 0.8, dashes: [4, 3])
      switch guide.direction {
      case .horizontal:
        guard let py = map.y(guide.value) else { continue }
        drawing.line([Point(map.frame.left, py), Point(map.frame.right, py)], stroke)
      case .vertical:
        guard let px = map.x(guide.value) else { continue }
        drawing.line([Point(px, map.frame.top), Point(px, map.frame.bottom)], stroke)
      }
    }
  }

  func drawGuideTexts(_ map: PlotMapping, on drawing: inout Drawing) {
    let frame = map.frame
    var row = 0.0
    for guide in guides where !guide.text.isEmpty {
      let width = TextMetrics.width(of: guide.text, size: 8.5)
      switch guide.direction {
      case .horizontal:
        guard let py = map.y(guide.value), py >= frame.top, py <= frame.bottom else { continue }
        drawing.text(guide.text, at: Point(frame.right - 3, max(py - 3, frame.top + 8)), .end, size: 8.5, colour: guide.colour)
      case .vertical:
        guard let px = map.x(guide.value), px >= frame.left, px <= frame.right else { continue }
        let fits = px + 4 + width <= frame.right
        drawing.text(
          guide.text, at: Point(fits ? px + 4 : px - 4, frame.top + 9 + row * 12), fits ? .start : .end, size: 8.5,
          colour: guide.colour)
        row += 1
      }
    }
  }

  func drawLineLabels(_ map: PlotMapping, on drawing: inout Drawing) {
    let size = 8.5
    let frame = map.frame
    let shown = lineLabels.filter { map.x.range.contains($0.x) }
    let requests = shown.map { label in
      LabelPlacement.Request(
        x: map.x(label.x) ?? -1, width: TextMetrics.width(of: label.text, size: size) + 2, height: size + 1.5,
        weight: label.weight)
    }
    let skyline = Skyline(curves, map)
    let places = LabelPlacement.place(requests, in: frame, skyline: skyline.top)
    for (label, place) in zip(shown, places) {
      guard let place else { continue }
      drawing.line(place.leader, Stroke(Theme.pencil, width: 0.5))
      drawing.text(
        label.text, at: Point(place.rect.left + 1, place.rect.bottom - 2.2), size: size)
    }
  }

  /// The curves with names, in lines that fit.
  func legend(width: Double) -> [[Int]] {
    var rows: [[Int]] = []
    var used = 0.0
    for (index, curve) in curves.enumerated() where !curve.name.isEmpty {
      let own = TextMetrics.width(of: curve.name, size: 8.5) + 30
      if rows.isEmpty || used + own > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(index)
      used += own
    }
    return rows
  }

  func drawLegend(in rect: Rect, on drawing: inout Drawing) {
    var y = rect.y + (title.isEmpty ? 6 : 22)
    for row in legend(width: rect.width) {
      var x = rect.x
      for index in row {
        let curve = curves[index]
        let middle = y + 1
        switch curve.style {
        case .points: drawing.marks.append(.dots([Point(x + 8, middle)], radius: 2.2, curve.colour))
        case .line, .dashed, .pointsOnLine:
          drawing.line(
            [Point(x, middle), Point(x + 16, middle)],
            Stroke(curve.colour, width: 1.6, dashes: curve.style == .dashed ? [4, 2.5] : []))
          if curve.style == .pointsOnLine { drawing.marks.append(.dots([Point(x + 8, middle)], radius: 2.2, curve.colour)) }
        }
        let name = TextMetrics.fit(curve.name, width: rect.width - 22, size: 8.5)
        drawing.text(name, at: Point(x + 20, y + 4), size: 8.5)
        x += TextMetrics.width(of: name, size: 8.5) + 30
      }
      y += 14
    }
  }
}
