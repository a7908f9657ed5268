internal import Microscopy

/// A detector as the JSON of an object describes it.
struct VeloxDetector: Sendable {
  let tree: MetadataTree

  /// The one that an object names, by its number or by its name; nil where it names none.
  init?(_ metadata: MetadataTree) {
    let result = metadata["BinaryResult"]
    if let index = result?["DetectorIndex"].flatMap({ $0.text ?? $0.numeric.flatMap { Int(exactly: $0) }.map(String.init) }),
      let tree = metadata["Detectors"]?["Detector-\(index)"]
    {
      self.tree = tree
      return
    }
    guard let name = result?["Detector"]?.text, !name.isEmpty,
      let found = Self.all(metadata).first(where: { $0.name == name })
    else { return nil }
    self = found
  }

  private init(tree: MetadataTree) { self.tree = tree }

  /// All that are described, in the order of their numbers.
  static func all(_ metadata: MetadataTree) -> [VeloxDetector] {
    guard case .dictionary(let detectors)? = metadata["Detectors"] else { return [] }
    let number = { (key: String) in Int(key.drop { !$0.isNumber }) ?? .max }
    return detectors.sorted { (number($0.key), $0.key) < (number($1.key), $1.key) }.map { VeloxDetector(tree: $0.value) }
  }

  /// The segments of a detector of several, such as "SuperXG21" to "SuperXG24" of "SuperXG2", or the one of that name.
  static func segments(of name: String, in metadata: MetadataTree) -> [VeloxDetector] {
    guard !name.isEmpty else { return [] }
    let own = all(metadata).filter { $0.name == name }
    return own.isEmpty ? all(metadata).filter { $0.name.hasPrefix(name) && $0.isAnalytical } : own
  }

  var name: String { tree["DetectorName"]?.text ?? "" }
  var isAnalytical: Bool { tree["DetectorType"]?.text == "AnalyticalDetector" }

  func number(_ key: String) -> Double? { tree[key]?.numeric.flatMap { $0.isFinite ? $0 : nil } }

  /// degrees
  func degrees(_ key: String) -> Double? { number(key).map { $0 * 180 / .pi } }

  /// keV for each channel, and of the first.
  var energies: (scale: Double, offset: Double)? {
    guard let dispersion = number("Dispersion"), dispersion != 0, let offset = number("OffsetEnergy") else { return nil }
    return (dispersion / 1000, offset / 1000)
  }
}
