import Foundation

extension SensitivityTable {
  /// Factors from a file: JSON, an array of {"element", "line", "k", "error"} or an object with such an array as "factors"; or
  /// CSV with a heading that names the columns element, line, k and, where errors are known, error.
  ///
  /// The value may also be called "zeta", "cross_section" or "value"; "error" is one standard deviation of it.
  public static func read(
    _ text: String, named name: String, method: SensitivityFactor.Method
  ) throws(FitError) -> SensitivityTable {
    let isJSON = text.drop { $0.isWhitespace }.first.map { $0 == "{" || $0 == "[" } ?? false
    let rows = try isJSON ? json(text, name) : csv(text, name)
    guard !rows.isEmpty else { throw refusal(name, "holds no factor") }
    var factors: [SensitivityFactor] = []
    for row in rows {
      let line = shortLine(row.line)
      let title = "\(row.element) \(line)"
      guard !row.element.isEmpty, !line.isEmpty else { throw refusal(name, "has a factor without element or line") }
      guard row.value.isFinite, row.value > 0 else {
        throw refusal(name, "has \(row.value) for \(title), and a factor must be a number larger than 0")
      }
      guard row.error.isFinite, row.error >= 0 else {
        throw refusal(name, "has an error of \(row.error) for \(title), which must be 0 or more")
      }
      guard !factors.contains(where: { $0.element == row.element && $0.line == line }) else {
        throw refusal(name, "has \(title) twice")
      }
      factors.append(
        SensitivityFactor(element: row.element, line: line, value: row.value, relativeError: row.error / row.value))
    }
    return SensitivityTable(method: method, factors: factors, source: "read from \(name)")
  }

  private struct Row {
    var element: String
    var line: String
    var value: Double
    var error: Double
  }

  private static let names = ["k", "zeta", "cross_section", "value"]

  private static func json(_ text: String, _ name: String) throws(FitError) -> [Row] {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    } catch {
      throw refusal(name, "is no valid JSON")
    }
    let list = object as? [[String: Any]] ?? (object as? [String: Any])?["factors"] as? [[String: Any]]
    guard let list else { throw refusal(name, "holds no list of factors") }
    return list.map { entry in
      let value = names.lazy.compactMap { entry[$0] as? NSNumber }.first
      return Row(
        element: entry["element"] as? String ?? "", line: entry["line"] as? String ?? "", value: value?.doubleValue ?? .nan,
        error: (entry["error"] as? NSNumber)?.doubleValue ?? (entry["error"] == nil ? 0 : .nan))
    }
  }

  private static func csv(_ text: String, _ name: String) throws(FitError) -> [Row] {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    func cells(_ line: String) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
      }
    }
    guard let heading = lines.first.map({ cells($0.lowercased()) }), let element = heading.firstIndex(of: "element"),
      let line = heading.firstIndex(of: "line"), let value = heading.firstIndex(where: { names.contains($0) })
    else { throw refusal(name, "has no heading with the columns element, line and k") }
    let error = heading.firstIndex(of: "error")
    var rows: [Row] = []
    for text in lines.dropFirst() {
      let row = cells(text)
      guard row.count >= max(element, line, value) + 1 else { throw refusal(name, "has too few columns in \"\(text)\"") }
      let errorText = error.flatMap { $0 < row.count ? row[$0] : nil } ?? ""
      rows.append(
        Row(
          element: row[element], line: row[line], value: Double(row[value]) ?? .nan,
          error: errorText.isEmpty ? 0 : Double(errorText) ?? .nan))
    }
    return rows
  }

  /// "Kα1", "K_alpha", "Ka" → "Ka"
  private static func shortLine(_ line: String) -> String {
    var text = line.replacingOccurrences(of: "α", with: "a").replacingOccurrences(of: "β", with: "b")
    text = text.replacingOccurrences(of: "_alpha", with: "a").replacingOccurrences(of: "_beta", with: "b")
    return text == "Ka1" || text == "La1" || text == "Ma1" ? String(text.dropLast()) : text
  }

  private static func refusal(_ name: String, _ problem: String) -> FitError {
    FitError(
      "\(name) \(problem)",
      advice: "Give JSON such as [{\"element\": \"Mg\", \"line\": \"Ka\", \"k\": 0.98}], or CSV with the columns element,line,k.")
  }
}
