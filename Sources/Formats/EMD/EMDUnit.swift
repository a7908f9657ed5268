internal import Foundation

/// Units of EMD files: "[n_m^-1]", "[mrad]", "A^-1", "" …
enum EMDUnit {
  /// In the field's spelling: "1/nm", "mrad", "1/Å"; what is not understood stays as it is, less its brackets.
  static func spelling(_ text: String) -> String {
    var text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    // Brackets, with a low line between a prefix and its unit, are NCEM's way.
    if text.hasPrefix("["), text.hasSuffix("]") {
      text = text.dropFirst().dropLast().filter { !"[]_".contains($0) }.trimmingCharacters(in: .whitespaces)
    }
    if text == "none" || text == "unknown" || text == "<undefined>" { return "" }
    for suffix in ["^-1", "^(-1)", "⁻¹"] where text.hasSuffix(suffix) && text.count > suffix.count {
      return "1/" + plain(String(text.dropLast(suffix.count)))
    }
    if text.hasPrefix("1/") { return "1/" + plain(text.dropFirst(2).trimmingCharacters(in: .whitespaces)) }
    return plain(text)
  }

  private static func plain(_ unit: String) -> String {
    switch unit {
    case "A", "Angstrom", "angstrom", "Angstroms": "Å"
    case "um", "μm": "µm"
    case "nanometer", "nanometers": "nm"
    default: unit
    }
  }
}
