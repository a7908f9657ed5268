internal import Foundation

/// Finds the files of a project in its folder, whose names may differ in case and are parted by backslashes.
struct JEOLProjectFolder {
  enum Place: Equatable {
    case found(String)
    case missing
    /// The name leads out of the folder.
    case outside
  }

  private let folder: String
  private let followsForeignLinks: Bool
  /// The names in a folder, by their lower-case form.
  private var listings: [String: [String: String]] = [:]

  init(of project: String, followsForeignLinks: Bool) {
    folder = URL(fileURLWithPath: project).deletingLastPathComponent().path
    self.followsForeignLinks = followsForeignLinks
  }

  mutating func place(of name: String) -> Place {
    let parts = name.split(whereSeparator: { $0 == "\\" || $0 == "/" }).map(String.init).filter { $0 != "." }
    let isAbsolute = name.first == "\\" || name.first == "/" || name.dropFirst().first == ":"
    guard !parts.isEmpty, !isAbsolute, !parts.contains(".."), !name.contains("\0") else { return .outside }
    var path = folder
    for part in parts {
      guard let next = entry(part, in: path) else { return .missing }
      path += "/\(next)"
    }
    guard followsForeignLinks || isInside(path) else { return .outside }
    return .found(path)
  }

  private mutating func entry(_ name: String, in folder: String) -> String? {
    if listings[folder] == nil {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      listings[folder] = Dictionary(
        names.sorted().map { (Self.folded($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
    if FileManager.default.fileExists(atPath: "\(folder)/\(name)") { return name }
    return listings[folder]?[Self.folded(name)]
  }

  /// Names that Windows takes for the same; accents may be parted from their letters or not.
  private static func folded(_ name: String) -> String { name.precomposedStringWithCanonicalMapping.lowercased() }

  /// Whether a path stays below the folder when its links are followed.
  private func isInside(_ path: String) -> Bool {
    guard let own = Self.resolved(folder), let place = Self.resolved(path) else { return false }
    return place.hasPrefix(own.hasSuffix("/") ? own : own + "/")
  }

  private static func resolved(_ path: String) -> String? {
    guard let text = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
