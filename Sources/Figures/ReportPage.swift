/// A page of HTML that needs nothing but itself: a table of contents, sections of pictures, numbers and history.
public struct ReportPage: Sendable {
  /// A picture with what it shows.
  public struct Picture: Sendable {
    public var caption: String
    public var drawing: Drawing
    /// Whether it takes the whole width of the page.
    public var isWide: Bool

    public init(_ caption: String, _ drawing: Drawing, isWide: Bool = false) {
      self.caption = caption
      self.drawing = drawing
      self.isWide = isWide
    }
  }

  public struct Table: Sendable {
    public struct Column: Sendable {
      public var title: String
      public var isNumeric: Bool
      public var cells: [String]

      public init(_ title: String, isNumeric: Bool = false, _ cells: [String]) {
        self.title = title
        self.isNumeric = isNumeric
        self.cells = cells
      }
    }

    public var title: String
    public var columns: [Column]
    /// A remark below: "100 of 2000 rows".
    public var note: String

    public init(_ title: String, _ columns: [Column], note: String = "") {
      self.title = title
      self.columns = columns
      self.note = note
    }
  }

  /// Names with what they mean.
  public struct Facts: Sendable {
    public var title: String
    public var entries: [(name: String, value: String)]
    /// Whether they are folded away until they are asked for.
    public var isFolded: Bool

    public init(_ title: String, _ entries: [(name: String, value: String)], isFolded: Bool = false) {
      self.title = title
      self.entries = entries
      self.isFolded = isFolded
    }
  }

  public enum Part: Sendable {
    case paragraph(String)
    case pictures([Picture])
    case table(Table)
    case facts(Facts)
  }

  public struct Section: Sendable {
    public var title: String
    /// 2 for a map, 3 for what belongs to it.
    public var level: Int
    /// A word beside the title: the operation.
    public var tag: String
    public var parts: [Part]

    public init(_ title: String, level: Int, tag: String = "", _ parts: [Part]) {
      self.title = title
      self.level = level
      self.tag = tag
      self.parts = parts
    }
  }

  public var title: String
  public var subtitle: String
  /// What holds for all of the page.
  public var notes: String
  public var sections: [Section]
  /// The program that made the page.
  public var generator: String

  public init(title: String, subtitle: String, notes: String = "", sections: [Section], generator: String) {
    self.title = title
    self.subtitle = subtitle
    self.notes = notes
    self.sections = sections
    self.generator = generator
  }

  /// The page as HTML5 in UTF-8. All texts are escaped; no script, nothing is fetched.
  ///
  /// - Parameter progress: is told after each section how many are done.
  public func html(progress: (Int) throws -> Void = { _ in }) throws -> String {
    var writer = ReportWriter()
    let anchors = Self.anchors(sections)
    let escaped = HTML.escaped(title)
    var body = "<header>\n<h1>\(escaped)</h1>\n<p class=\"subtitle\">\(HTML.escaped(subtitle))</p>\n</header>\n"
    body += writer.contents(sections, anchors)
    body += "<main>\n"
    for (index, section) in sections.enumerated() {
      body += try writer.section(section, anchor: anchors[index])
      try progress(index + 1)
    }
    let notes = notes.isEmpty ? "" : "<p>\(HTML.escaped(self.notes))</p>"
    body += "</main>\n<footer>\(notes)<p>Made by \(HTML.escaped(generator)).</p></footer>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="\(HTML.escaped(generator))">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>\(escaped)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      \(body)</body>
      </html>

      """
  }

  /// Names for links, from titles: letters, digits and hyphens, each once.
  static func anchors(_ sections: [Section]) -> [String] {
    var taken: Set<String> = []
    var parent = ""
    return sections.map { section in
      let plain = section.title.unicodeScalars.map { scalar -> Character in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) ? Character(scalar) : "-"
      }
      var stem = String(plain).split(separator: "-").joined(separator: "-").lowercased()
      if stem.isEmpty { stem = "section" }
      if section.level <= 2 { parent = stem } else { stem = "\(parent)-\(stem)" }
      var name = stem
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(stem)-\(number)"
        number += 1
      }
      if section.level <= 2 { parent = name }
      return "s-\(name)"
    }
  }
}
