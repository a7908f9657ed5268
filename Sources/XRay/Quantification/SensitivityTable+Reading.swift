import Foundation
import Microscopy

extension SensitivityTable {
  /// Factors from a file: JSON, an array of {"element", "line", "k", "error"} or an object with such an array as "factors"; or
  /// CSV with a heading that names the columns element, line, k and, where errors are known, error.
  ///
  /// The name of the value says what it is: "k", "zeta" (kg electrons per m² and photon) or "cross_section" (barns); or
  /// "value", for what the method asks for. An object may also say it as "method": "zeta". "error" is one standard deviation.
  ///
  /// - Throws: `FitError`, with the place in the file, for what is no factor, and for factors of another method.
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
      let place = "\(name), \(row.place)"
      guard !row.element.isEmpty, !line.isEmpty else { throw refusal(place, "has a factor without element or line") }
      guard Element(symbol: row.element) != nil else { throw refusal(place, "has \"\(row.element)\", which is no element") }
      guard row.value.isFinite, row.value > 0 else {
        throw refusal(place, "has \(row.value) for \(title), and a factor must be a number larger than 0")
      }
      guard row.error.isFinite, row.error >= 0 else {
        throw refusal(place, "has an error of \(row.error) for \(title), which must be 0 or more")
      }
      guard !factors.contains(where: { $0.element == row.element && $0.line == line }) else {
        throw refusal(place, "has \(title) twice")
      }
      if let told = row.method, told != method {
        throw FitError(
          "\(place) has a \(words(told)), and the method \(method.rawValue) takes \(words(method))s",
          advice: "Give --method \(told.rawValue), or factors of the method.")
      }
      factors.append(
        SensitivityFactor(element: row.element, line: line, value: row.value, relativeError: row.error / row.value))
    }
    try demandPlausible(factors.map(\.value).sorted()[factors.count / 2], method, name)
    return SensitivityTable(method: method, factors: factors, source: "read from \(name)")
  }

  /// Refuses values that are far from all that detectors and lines make of the method's factors, by their median.
  private static func demandPlausible(_ median: Double, _ method: SensitivityFactor.Method, _ name: String) throws(FitError) {
    let (range, unit): (ClosedRange<Double>, String)
    switch method {
    case .cliffLorimer: return
    case .zeta: (range, unit) = (3...1e6, "kg electrons per m² and photon, some hundreds usually")
    case .crossSection: (range, unit) = (1e-9...1e5, "barns per atom")
    }
    guard !range.contains(median) else { return }
    throw FitError(
      "\(name) holds values about \(median), which cannot be \(words(method))s: these are in \(unit)",
      advice: median > 0.01 && median < 100
        ? "They look like k-factors, for --method cliff-lorimer." : "Give them in that unit.")
  }

  private static func words(_ method: SensitivityFactor.Method) -> String {
    switch method {
    case .cliffLorimer: "k-factor"
    case .zeta: "ζ-factor"
    case .crossSection: "cross-section"
    }
  }

  private struct Row {
    /// "line 3", "factor 2"
    var place: String
    var element: String
    var line: String
    var value: Double
    var error: Double
    /// What the file says that the value is.
    var method: SensitivityFactor.Method?
  }

  /// What a value may be called.
  private static let names: [(name: String, method: SensitivityFactor.Method?)] = [
    ("k", .cliffLorimer), ("zeta", .zeta), ("cross_section", .crossSection), ("value", nil),
  ]

  private static func json(_ text: String, _ name: String) throws(FitError) -> [Row] {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    } catch {
      throw refusal(name, "is no valid JSON")
    }
    let whole = object as? [String: Any]
    let list = object as? [[String: Any]] ?? whole?["factors"] as? [[String: Any]]
    guard let list else { throw refusal(name, "holds no list of factors") }
    var told: SensitivityFactor.Method?
    if let word = whole?["method"] {
      told = (word as? String).flatMap { SensitivityFactor.Method(rawValue: $0) }
      guard told != nil else {
        let known = SensitivityFactor.Method.allCases.map(\.rawValue).joined(separator: ", ")
        throw FitError("\(name) is of the method \"\(word)\", which is not known", advice: "Known are \(known).")
      }
    }
    return list.enumerated().map { index, entry in
      let found = names.first { entry[$0.name] is NSNumber }
      return Row(
        place: "factor \(index + 1)", element: entry["element"] as? String ?? "", line: entry["line"] as? String ?? "",
        value: found.flatMap { entry[$0.name] as? NSNumber }?.doubleValue ?? .nan,
        error: (entry["error"] as? NSNumber)?.doubleValue ?? (entry["error"] == nil ? 0 : .nan), method: told ?? found?.method)
    }
  }

  private static func csv(_ text: String, _ name: String) throws(FitError) -> [Row] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { (number: $0 + 1, text: $1.trimmingCharacters(in: .whitespaces)) }
      .filter { !$0.text.isEmpty && !$0.text.hasPrefix("#") }
    func cells(_ line: String) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"\u{FEFF}"))
      }
    }
    guard let heading = lines.first.map({ cells($0.text.lowercased()) }), let element = heading.firstIndex(of: "element"),
      let line = heading.firstIndex(of: "line"),
      let value = heading.firstIndex(where: { title in names.contains { $0.name == title } })
    else { throw refusal(name, "has no heading with the columns element, line and k") }
    let error = heading.firstIndex(of: "error")
    let method = names.first { $0.name == heading[value] }?.method
    var rows: [Row] = []
    for (number, text) in lines.dropFirst() {
      let row = cells(text)
      let place = "line \(number)"
      guard row.count >= max(element, line, value) + 1 else {
        throw refusal("\(name), \(place)", "has too few columns in \"\(text)\"")
      }
      let errorText = error.flatMap { $0 < row.count ? row[$0] : nil } ?? ""
      rows.append(
        Row(
          place: place, element: row[element], line: row[line], value: Double(row[value]) ?? .nan,
          error: errorText.isEmpty ? 0 : Double(errorText) ?? .nan, method: method))
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
      advice: "Give JSON such as [{\"element\": \"Mg\", \"line\": \"Ka\", \"k\": 0.98}], or CSV with the columns element,line,k; "
        + "for other methods zeta or cross_section in place of k.")
  }
}
