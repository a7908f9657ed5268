/// Writes the parts of a report as HTML.
struct ReportWriter {
  private var pictureCount = 0
  private var pictures = InlineSVG()

  func contents(_ sections: [ReportPage.Section], _ anchors: [String]) -> String {
    guard sections.count > 1 else { return "" }
    var html = "<nav aria-label=\"Contents\">\n<details open>\n<summary>Contents</summary>\n<ul>\n"
    var isInner = false
    var hasOuter = false
    for (section, anchor) in zip(sections, anchors) {
      let tag = section.tag.isEmpty ? "" : " <span class=\"tag\">\(HTML.escaped(section.tag))</span>"
      let link = "<a href=\"#\(anchor)\">\(HTML.escaped(section.title))</a>\(tag)"
      if section.level <= 2 {
        if isInner { html += "</ul>\n" }
        if hasOuter { html += "</li>\n" }
        html += "<li>\(link)\n"
        (isInner, hasOuter) = (false, true)
      } else {
        if !hasOuter {
          html += "<li>\n"
          hasOuter = true
        }
        if !isInner { html += "<ul>\n" }
        html += "<li>\(link)</li>\n"
        isInner = true
      }
    }
    if isInner { html += "</ul>\n" }
    if hasOuter { html += "</li>\n" }
    return html + "</ul>\n</details>\n</nav>\n"
  }

  mutating func section(_ section: ReportPage.Section, anchor: String) throws(FigureError) -> String {
    let level = min(max(section.level, 2), 4)
    let tag = section.tag.isEmpty ? "" : " <span class=\"tag\">\(HTML.escaped(section.tag))</span>"
    var html = "<section id=\"\(anchor)\" class=\"level-\(level)\">\n"
    html += "<h\(level)><a href=\"#\(anchor)\">\(HTML.escaped(section.title))</a>\(tag)</h\(level)>\n"
    for part in section.parts {
      switch part {
      case .paragraph(let text): html += "<p>\(HTML.escaped(text))</p>\n"
      case .pictures(let pictures): html += try figures(pictures)
      case .table(let table): html += self.table(table)
      case .facts(let facts): html += self.facts(facts)
      }
    }
    return html + "</section>\n"
  }

  private mutating func figures(_ pictures: [ReportPage.Picture]) throws(FigureError) -> String {
    guard !pictures.isEmpty else { return "" }
    var html = "<div class=\"pictures\">\n"
    for picture in pictures {
      pictureCount += 1
      var drawing = picture.drawing
      if drawing.title.isEmpty { drawing.title = picture.caption }
      let width = Int(drawing.width.rounded(.up))
      html += "<figure class=\"\(picture.isWide ? "wide" : "card")\" style=\"--w:\(width)px\">\n"
      html += try self.pictures.element(drawing, prefix: "p\(pictureCount)")
      html += picture.caption.isEmpty ? "" : "\n<figcaption>\(HTML.escaped(picture.caption))</figcaption>"
      html += "\n</figure>\n"
    }
    return html + "</div>\n"
  }

  private func table(_ table: ReportPage.Table) -> String {
    guard !table.columns.isEmpty else { return "" }
    var html = "<div class=\"scroll\" tabindex=\"0\">\n<table>\n"
    if !table.title.isEmpty { html += "<caption>\(HTML.escaped(table.title))</caption>\n" }
    html += "<thead><tr>"
    for column in table.columns {
      html += "<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>\(HTML.escaped(column.title))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in 0..<(table.columns.map(\.cells.count).max() ?? 0) {
      html += "<tr>"
      for column in table.columns {
        let cell = row < column.cells.count ? column.cells[row] : ""
        html += "<td\(column.isNumeric ? " class=\"number\"" : "")>\(HTML.escaped(cell))</td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table>\n</div>\n"
    return table.note.isEmpty ? html : html + "<p class=\"note\">\(HTML.escaped(table.note))</p>\n"
  }

  private func facts(_ facts: ReportPage.Facts) -> String {
    guard !facts.entries.isEmpty else { return "" }
    let texts = facts.entries.filter(\.name.isEmpty).map { "<p class=\"text\">\(HTML.escaped($0.value))</p>\n" }
    let pairs = facts.entries.filter { !$0.name.isEmpty }.map {
      "<div><dt>\(HTML.escaped($0.name))</dt><dd>\(HTML.escaped($0.value))</dd></div>\n"
    }
    let list = texts.joined() + (pairs.isEmpty ? "" : "<dl>\n\(pairs.joined())</dl>\n")
    if facts.isFolded {
      return "<details class=\"facts\">\n<summary>\(HTML.escaped(facts.title))</summary>\n\(list)</details>\n"
    }
    return (facts.title.isEmpty ? "" : "<h4>\(HTML.escaped(facts.title))</h4>\n") + list
  }
}
