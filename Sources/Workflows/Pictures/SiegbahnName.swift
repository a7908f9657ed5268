import XRay

/// The names of X-ray lines as most people write them.
enum SiegbahnName {
  /// "Kα" for "KL3"; lines that are drawn under one name have the same. Nil for lines that have none.
  ///
  /// Siegbahn's names without the numbers that tell close lines apart, in Greek letters.
  static func family(ofTransition transition: String) -> String? {
    guard let name = LineName.siegbahn(transition), let shell = name.first, let letter = name.dropFirst().first else {
      return nil
    }
    return greek[letter].map { "\(shell)\($0)" }
  }

  private static let greek: [Character: Character] = ["a": "α", "b": "β", "g": "γ", "l": "l", "n": "η", "z": "ζ"]
}
