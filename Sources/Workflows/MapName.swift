/// Names for new maps.
enum MapName {
  /// A name made of what a file is called: letters, digits, dots, dashes and underscores, with runs of anything else as
  /// one underscore.
  static func from(_ text: String) -> String {
    var name = ""
    for character in text {
      if character.isLetter || character.isNumber || "._-".contains(character) {
        name.append(character)
      } else if name.last != "_" {
        name.append("_")
      }
    }
    let trimmed = name.drop { "._-".contains($0) }
    return trimmed.isEmpty ? "map" : String(trimmed.reversed().drop { $0 == "_" }.reversed())
  }

  /// The wishes, with -2, -3 … behind those that were wished for before.
  static func distinct(_ wishes: [String]) -> [String] {
    var taken: Set<String> = []
    return wishes.map { wish in
      var name = wish
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(wish)-\(number)"
        number += 1
      }
      return name
    }
  }
}
