public import Store

extension HistoryGraph {
  /// The graph in the language of Graphviz, from what was used down to what was made.
  public var dot: String {
    let lines = nodes.map { "  \($0.id) [\($0.dotAttributes)];" } + edges.map { "  \($0.from) -> \($0.to)\($0.dotAttributes);" }
    return """
      digraph history {
        rankdir=TB;
        node [shape=box, style="rounded,filled", fillcolor="#f4f4f4", fontname="sans-serif", fontsize=10];
        edge [fontname="sans-serif", fontsize=9];
      \(lines.joined(separator: "\n"))
      }
      """
  }
}

extension HistoryGraph.Node {
  fileprivate var dotAttributes: String {
    var lines = [path.map { "\(file)\($0)" } ?? file]
    if missing { lines.append("missing") }
    if let operation {
      lines.append([operation, program, version].compactMap(\.self).joined(separator: " "))
    } else if !missing {
      lines.append(kind.rawValue)
    }
    if let date { lines.append(date.prefix(19).split(separator: "T").joined(separator: " ")) }
    if let sha256 { lines.append("sha256 \(sha256.prefix(12))") }
    var attributes = ["label=\(lines.joined(separator: "\n").dotText)"]
    if let shape = Self.shapes[kind] { attributes.append("shape=\(shape)") }
    if missing {
      attributes.append("style=\"dashed\", color=\"#b00020\", fontcolor=\"#b00020\"")
    } else if let colour = Self.colours[kind] {
      attributes.append("fillcolor=\"\(colour)\"")
    }
    return attributes.joined(separator: ", ")
  }

  private static let shapes: [Kind: String] = [.file: "folder", .map: "box3d", .series: "box3d", .model: "component"]
  private static let colours: [Kind: String] = [
    .file: "#eeeeee", .map: "#dcecf9", .series: "#dcecf9", .image: "#dcecf9", .mask: "#fdf3d0", .result: "#ddf2dc",
    .model: "#eadcf4",
  ]
}

extension HistoryGraph.Edge {
  fileprivate var dotAttributes: String {
    let part = path.map { $0.split(separator: "/").suffix(1).joined() }
    switch state {
    case .same: return part.map { " [label=\($0.dotText), color=\"#555555\"]" } ?? ""
    case .unverified: return " [style=dotted, label=\("not verified".dotText)]"
    case .changed, .missing:
      let what = state == .changed ? "has changed" : "missing"
      return " [color=\"#b00020\", fontcolor=\"#b00020\", penwidth=2, label=\(what.dotText)]"
    }
  }
}

extension String {
  /// A quoted string of Graphviz, its lines centred.
  fileprivate var dotText: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case _ where scalar.value < 32 || scalar.value == 127: text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
