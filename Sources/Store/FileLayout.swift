/// The names that the layout is made of; `Schemas/` says what each holds.
enum FileLayout {
  /// The version of the layout as a whole, at the root.
  static let version: Int64 = 1
  static let rootAttribute = "lamella_layout"
  /// On every group that is an object of ours: what it is, and in which version of its schema.
  static let kindAttribute = "lamella_kind"
  static let kindVersionAttribute = "lamella_version"
  /// False while an object is being written: an interrupted one never looks finished.
  static let completeAttribute = "lamella_complete"
  /// SHA-256 of the decoded values in C order, little-endian.
  static let digestAttribute = "sha256"
  /// At the root of an archive: what it holds, for people.
  static let manifestAttribute = "manifest"

  static let experiments = "Experiments"
  static let series = "series"
  static let models = "models"
  static let images = "images"
  static let masks = "masks"
  static let results = "results"
  static let data = "data"
  static let vendor = "vendor"
  static let hyperspy = "hyperspy"
  static let provenance = "provenance"
  static let state = "state"
  static let checksums = "checksums"

  /// Names at the root that no map may have.
  static let reservedNames: Set<String> = [experiments, series, models, checksums]

  /// The kinds of objects, each with a schema of its own.
  enum Kind: String, CaseIterable {
    case root, map, image, mask, result, series, model
  }

  /// What is wrong with a name for a result or a mask, or nil: lists of results and expressions of masks must be able to name them.
  static func problem(withPartName name: String) -> String? {
    if let problem = problem(withName: name) { return problem }
    if let character = name.first(where: { ",\"".contains($0) }) {
      return "\"\(name)\" contains '\(character)', which lists and expressions could not name"
    }
    if name.first?.isWhitespace ?? false || name.last?.isWhitespace ?? false {
      return "\"\(name)\" begins or ends with a space, which lists and expressions could not name"
    }
    return nil
  }

  /// What is wrong with a name for an object of ours, or nil.
  static func problem(withName name: String) -> String? {
    if name.isEmpty { return "a name must not be empty" }
    if name == "." || name == ".." { return "\"\(name)\" is no name" }
    if name.contains("/") { return "\"\(name)\" contains a slash, which separates groups" }
    if name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      return "the name contains a control character"
    }
    if name.utf8.count > 255 { return "the name is longer than 255 bytes" }
    return nil
  }
}
