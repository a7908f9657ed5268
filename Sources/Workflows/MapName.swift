import Foundation
import Store

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

  /// A file that maps come from.
  struct Source {
    var path: String
    /// Whether it holds one map only.
    var isAlone: Bool
    /// What its maps would like to be called.
    var suggestions: [String]
  }

  /// Names for the maps of several files, all different.
  ///
  /// The map of a file that holds no other is named after the file, the maps of one file as they suggest, those of several files
  /// after both; files of one name in several folders after their folders too.
  static func names(of sources: [Source], wished: String?) -> [[String]] {
    let stems = stems(of: sources.map(\.path))
    let wishes = sources.indices.map { index in
      sources[index].suggestions.map { suggestion in
        let suggested = from(suggestion)
        if let wished { return wished }
        if sources[index].isAlone { return usable(stems[index]) }
        if sources.count == 1 { return usable(suggested) }
        let begins = suggested.hasPrefix(stems[index]) && !(suggested.dropFirst(stems[index].count).first?.isNumber ?? false)
        return usable(begins ? suggested : "\(stems[index])-\(suggested)")
      }
    }
    var names = distinct(wishes.flatMap(\.self))[...]
    return wishes.map { own in
      defer { names = names.dropFirst(own.count) }
      return Array(names.prefix(own.count))
    }
  }

  /// What the files are called without their endings; behind as many of their folders as tell those of one name apart.
  private static func stems(of paths: [String]) -> [String] {
    let places = paths.map { URL(filePath: $0).standardizedFileURL }
    var stems = places.map { from($0.deletingPathExtension().lastPathComponent) }
    for same in Dictionary(grouping: paths.indices, by: { stems[$0] }).values where same.count > 1 {
      let folders = same.map { places[$0].deletingLastPathComponent().pathComponents.filter { $0 != "/" } }
      for (index, folder) in zip(same, folders) {
        let others = folders.filter { $0 != folder }
        guard !others.isEmpty else { continue }
        var depth = 1
        while depth < folder.count, others.contains(where: { $0.suffix(depth) == folder.suffix(depth) }) { depth += 1 }
        stems[index] = (folder.suffix(depth).map(from) + [stems[index]]).joined(separator: "-")
      }
    }
    return stems
  }

  /// A name that a map may have, as much like this one as can be, with room for a number.
  private static func usable(_ name: String) -> String {
    var name = name
    while name.utf8.count > 240 { name.removeLast() }
    return Store.problem(withMapName: name) == nil ? name : "\(name)-map"
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
