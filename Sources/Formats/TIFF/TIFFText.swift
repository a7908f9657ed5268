internal import Foundation
internal import Microscopy

/// Lines of settings as instruments write them into tags and beside their images.
enum TIFFText {
  /// Lines of "key=value" below lines of "[section]".
  static func sections(_ text: String) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = String(line.dropFirst().dropLast())
      } else if let sign = line.firstIndex(of: "=") {
        let key = line[..<sign].trimmingCharacters(in: .whitespaces)
        let value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
        if !key.isEmpty { sections[section, default: [:]][key] = value }
      }
    }
    return sections
  }

  static func tree(_ sections: [String: [String: String]]) -> MetadataTree {
    var entries: [String: MetadataTree] = [:]
    for (name, values) in sections where !name.isEmpty {
      entries[name] = .dictionary(values.mapValues { MetadataTree.value(written: $0) })
    }
    for (key, value) in sections[""] ?? [:] { entries[key] = MetadataTree.value(written: value) }
    return .dictionary(entries)
  }

  /// The number that a text begins with.
  static func number(_ text: String?) -> Double? {
    guard let text else { return nil }
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    let digits = trimmed.prefix { $0.isNumber || "+-.eE".contains($0) }
    // "5E" of "5 EHT" is no number; its beginning is.
    return (Double(digits) ?? Double(digits.prefix { $0.isNumber || "+-.".contains($0) })).flatMap { $0.isFinite ? $0 : nil }
  }

  /// A number with its unit behind it, in the unit without a prefix: "8.2 mm" is 0.0082.
  static func quantity(_ text: String?) -> Double? {
    guard let text, let number = number(text) else { return nil }
    let unit = text.trimmingCharacters(in: .whitespaces).drop { $0.isNumber || "+-. ".contains($0) }
      .trimmingCharacters(in: CharacterSet(charactersIn: " ()"))
    let prefixes: [Character: Double] = [
      "k": 1e3, "K": 1e3, "m": 1e-3, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "n": 1e-9, "p": 1e-12, "c": 1e-2,
    ]
    guard unit.count > 1, let prefix = unit.first, let factor = prefixes[prefix] else { return number }
    return number * factor
  }

  /// A text file that may be Latin-1 or UTF-16.
  static func file(_ path: String) -> String? {
    guard let file = try? FileBytes(path, format: TIFFReader.name), file.size < 4 << 20,
      let bytes = try? file.read(upTo: file.size)
    else { return nil }
    if bytes.starts(with: [0xFF, 0xFE]) {
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
      return String(decoding: units, as: UTF16.self)
    }
    return decodeText(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...])
  }
}
