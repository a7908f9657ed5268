internal import Decomposition
internal import Foundation
internal import XRay

extension UnmixRecipe {
  /// Reads a recipe of JSON; what it leaves out is as usual.
  ///
  /// - Throws: `WorkflowError` for what is no recipe, and for a word that recipes do not have; it tells where in the JSON that
  ///   is, and what is expected there.
  public static func read(_ path: String) throws -> UnmixRecipe {
    func refuse(_ problem: String) -> WorkflowError {
      WorkflowError(
        "\(path): \(problem)",
        advice: "A recipe has: \(CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")). lamella unmix writes one.")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw WorkflowError("\(path) cannot be read", advice: "Check the path of the recipe.")
    }
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    } catch {
      throw refuse("this is no JSON")
    }
    guard let object = object as? [String: Any] else { throw refuse("this is no recipe") }
    if let key = strangeKey(in: object) { throw refuse("\(key): there is no such key") }
    do {
      return try JSONDecoder().decode(UnmixRecipe.self, from: data)
    } catch let error as DecodingError {
      throw refuse(problem(of: error))
    }
  }

  /// The path of a key that recipes do not have.
  private static func strangeKey(in object: [String: Any]) -> String? {
    func strange(_ object: [String: Any], _ known: [String]) -> String? { object.keys.filter { !known.contains($0) }.min() }
    if let key = strange(object, CodingKeys.allCases.map(\.rawValue)) { return key }
    let parts = object[CodingKeys.precipitates.rawValue] as? [[String: Any]] ?? []
    for (index, part) in parts.enumerated() {
      if let key = strange(part, Precipitate.CodingKeys.allCases.map(\.rawValue)) { return "precipitates[\(index)].\(key)" }
    }
    return nil
  }

  /// Where in the JSON something is wrong, and what is expected there.
  private static func problem(of error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(keyPath(context.codingPath + [key])) is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "\(keyPath(context.codingPath)): expected \(words(for: type))"
    case .dataCorrupted(let context): "\(keyPath(context.codingPath)): expected \(expected(context))"
    @unknown default: "\(error)"
    }
  }

  /// As in "precipitates[0].rectangles[1]".
  private static func keyPath(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  /// Refuses to write a recipe over a Lamella file or, unless that is wanted, any other, and into folders that are none.
  ///
  /// - Throws: `OutputError`.
  public static func demandPlace(_ output: String, input: String, replaces: Bool) throws {
    try OutputFile.demandPlace(output, input: input, replaces: replaces)
  }

  private static func words(for type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is [String: Any].Type: "an object in braces"
    default: "a list in brackets"
    }
  }

  private static func expected(_ context: DecodingError.Context) -> String {
    switch context.codingPath.last?.stringValue {
    case CodingKeys.method.rawValue: Unmixing.Method.allCases.map(\.rawValue).joined(separator: " or ")
    case CodingKeys.fit.rawValue: SubtractSpectrum.Counting.allCases.map(\.rawValue).joined(separator: " or ")
    case CodingKeys.detector.rawValue: DetectorEntrance.allCases.map(\.rawValue).joined(separator: " or ")
    case CodingKeys.crossSections.rawValue: IonizationModel.allCases.map(\.rawValue).joined(separator: " or ")
    case CodingKeys.seed.rawValue: "a whole number from 0"
    default: context.debugDescription
    }
  }
}
