import Foundation

/// A pattern of paths as shells know them: `*` and `?` for characters of a name, `[a-z]` and `[!a]` for one of some, `**` for
/// folders of any depth.
///
/// Names that begin with a dot match only where the pattern has the dot; folders are not followed through symbolic links.
struct Glob {
  private let start: String
  private let components: [Substring]

  /// Nil for a text that is an ordinary path.
  init?(_ text: String) {
    guard text.contains(where: { "*?[".contains($0) }), !FileManager.default.fileExists(atPath: text) else { return nil }
    start = text.hasPrefix("/") ? "/" : ""
    components = text.split(separator: "/")
  }

  /// What is there of such a name, files and folders, in natural order.
  var matches: [String] {
    var found: Set<String> = []
    collect(start, components[...], &found)
    return found.map { (NaturalOrder($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func collect(_ place: String, _ rest: ArraySlice<Substring>, _ found: inout Set<String>) {
    guard let component = rest.first else {
      found.insert(place)
      return
    }
    let isLast = rest.count == 1
    func path(_ name: some StringProtocol) -> String { place.isEmpty || place.hasSuffix("/") ? place + name : "\(place)/\(name)" }
    if component == "**" {
      if !isLast { collect(place, rest.dropFirst(), &found) }
      for name in Self.names(in: place) where !name.hasPrefix(".") {
        if path(name).isFolder, !path(name).isSymbolicLink { collect(path(name), rest, &found) }
        if isLast, !path(name).isFolder { found.insert(path(name)) }
      }
    } else if component.contains(where: { "*?[".contains($0) }) {
      for name in Self.names(in: place) where Self.matches(name, component) {
        if isLast || path(name).isFolder { collect(path(name), rest.dropFirst(), &found) }
      }
    } else if FileManager.default.fileExists(atPath: path(component)) {
      collect(path(component), rest.dropFirst(), &found)
    }
  }

  /// What cannot be listed holds nothing that matches.
  private static func names(in folder: String) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    } catch {
      return []
    }
  }

  /// Whether a name matches a pattern without slashes; time is at most the product of both lengths.
  static func matches(_ name: some StringProtocol, _ pattern: some StringProtocol) -> Bool {
    let (name, pattern) = (Array(name), Array(pattern))
    if name.first == ".", pattern.first != "." { return false }
    var (place, wanted) = (0, 0)
    /// Where to go on when what follows the last star does not match.
    var retreat: (place: Int, wanted: Int)?
    while place < name.count {
      if wanted < pattern.count, pattern[wanted] == "*" {
        wanted += 1
        retreat = (place, wanted)
      } else if let next = step(name[place], pattern, wanted) {
        place += 1
        wanted = next
      } else if let last = retreat {
        retreat = (last.place + 1, last.wanted)
        (place, wanted) = (last.place + 1, last.wanted)
      } else {
        return false
      }
    }
    return pattern[wanted...].allSatisfy { $0 == "*" }
  }

  /// The place in the pattern behind what matches a character; nil where it does not match.
  private static func step(_ character: Character, _ pattern: [Character], _ index: Int) -> Int? {
    guard index < pattern.count else { return nil }
    if pattern[index] == "?" { return index + 1 }
    guard pattern[index] == "[" else { return pattern[index] == character ? index + 1 : nil }
    let isNegated = index + 1 < pattern.count && "!^".contains(pattern[index + 1])
    let first = index + (isNegated ? 2 : 1)
    // A bracket that is the first in the set is one of it; without an end the opening one is an ordinary character.
    guard first + 1 <= pattern.count, let end = pattern.indices.first(where: { $0 > first && pattern[$0] == "]" }) else {
      return character == "[" ? index + 1 : nil
    }
    var isInSet = false
    var member = first
    while member < end {
      if member + 2 < end, pattern[member + 1] == "-" {
        isInSet = isInSet || pattern[member] <= character && character <= pattern[member + 2]
        member += 3
      } else {
        isInSet = isInSet || pattern[member] == character
        member += 1
      }
    }
    return isInSet != isNegated ? end + 1 : nil
  }
}

extension String {
  var isFolder: Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: self, isDirectory: &isFolder) && isFolder.boolValue
  }

  var isSymbolicLink: Bool {
    do {
      return try URL(filePath: self).resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink ?? false
    } catch {
      return false
    }
  }
}
