import XRay

/// The names of X-ray lines as most people write them.
enum SiegbahnName {
  /// "Ka" for "KL3", without the numbers that tell close lines apart; nil for lines that have no name.
  static func group(_ transition: String) -> String? { LineName.siegbahn(transition).map { String($0.prefix(2)) } }

  /// "Kα" for "Ka" or "Ka1"; what is no such name as it is.
  static func greek(_ name: String) -> String {
    guard name.count >= 2, let shell = name.first, "KLMN".contains(shell), let letter = name.dropFirst().first,
      let other = letters[letter]
    else { return name }
    return "\(shell)\(other)\(name.dropFirst(2))"
  }

  private static let letters: [Character: Character] = ["a": "α", "b": "β", "g": "γ", "n": "η", "z": "ζ"]
}
