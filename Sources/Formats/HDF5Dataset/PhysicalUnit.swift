internal import Foundation

/// Units as files spell them, in multiples of a base unit: "kV" are 1000 volts.
struct PhysicalUnit: Hashable, Sendable {
  /// "m", "s", "V", "A", "rad", "sr", "g/cm3" …; electron volts count as volts, since an electron is what crosses them.
  var base: String
  /// The unit in units of the base.
  var factor: Double

  /// Nil for an unknown spelling.
  init?(_ text: String) {
    var text = text.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    text = text.replacingOccurrences(of: "_", with: "")
    if let whole = Self.names[text] ?? Self.names[text.lowercased()] {
      self = whole
      return
    }
    guard let prefix = text.first, let power = Self.prefixes[prefix], let rest = Self.bases[String(text.dropFirst())]
    else { return nil }
    self.init(base: rest, factor: pow(10, Double(power)))
  }

  private init(base: String, factor: Double) {
    self.base = base
    self.factor = factor
  }

  /// A value in another unit; nil where one of them is unknown or they measure different things.
  static func convert(_ value: Double, from: String, to: String) -> Double? {
    guard let source = PhysicalUnit(from), let target = PhysicalUnit(to), source.base == target.base, value.isFinite else {
      return nil
    }
    if source.factor == target.factor { return value }
    // Dividing by a whole number is exact where multiplying by its inverse is not.
    let ratio = source.factor / target.factor
    let inverse = (target.factor / source.factor).rounded()
    return ratio < 1 && abs(inverse * ratio - 1) < 1e-12 ? value / inverse : value * (ratio >= 1 ? rounded(ratio) : ratio)
  }

  /// The value that a text such as "300kV" or "15.0 keV" has in a unit; a bare number is in the unit `bare`.
  static func value(of text: String, in unit: String, bare: String? = nil) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces)
    let digits = text.prefix { $0.isNumber || ".+-eE".contains($0) }
    // "3 eV": the e belongs to the unit where no number is left otherwise.
    for length in stride(from: digits.count, to: 0, by: -1) {
      guard let number = Double(digits.prefix(length)) else { continue }
      let rest = text.dropFirst(length).trimmingCharacters(in: .whitespaces)
      if rest.isEmpty { return bare.flatMap { convert(number, from: $0, to: unit) } }
      return convert(number, from: rest, to: unit)
    }
    return nil
  }

  private static func rounded(_ ratio: Double) -> Double {
    abs(ratio - ratio.rounded()) < 1e-9 * ratio ? ratio.rounded() : ratio
  }

  private static let prefixes: [Character: Int] = [
    "f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "c": -2, "k": 3, "M": 6, "G": 9,
  ]
  private static let bases = ["m": "m", "s": "s", "V": "V", "eV": "V", "A": "A", "rad": "rad", "sr": "sr"]
  private static let names: [String: PhysicalUnit] = {
    var names: [String: PhysicalUnit] = [:]
    for (name, base) in bases { names[name] = PhysicalUnit(base: base, factor: 1) }
    for name in ["ev", "volt", "volts", "v"] { names[name] = PhysicalUnit(base: "V", factor: 1) }
    for name in ["kev", "kv"] { names[name] = PhysicalUnit(base: "V", factor: 1000) }
    for name in ["deg", "degree", "degrees", "°"] { names[name] = PhysicalUnit(base: "rad", factor: .pi / 180) }
    for name in ["radian", "radians"] { names[name] = PhysicalUnit(base: "rad", factor: 1) }
    for name in ["å", "angstrom", "angstroms", "ang"] { names[name] = PhysicalUnit(base: "m", factor: 1e-10) }
    for name in ["micron", "microns"] { names[name] = PhysicalUnit(base: "m", factor: 1e-6) }
    for name in ["second", "seconds", "sec"] { names[name] = PhysicalUnit(base: "s", factor: 1) }
    for name in ["min", "minute", "minutes"] { names[name] = PhysicalUnit(base: "s", factor: 60) }
    for name in ["h", "hour", "hours"] { names[name] = PhysicalUnit(base: "s", factor: 3600) }
    for name in ["steradian", "steradians"] { names[name] = PhysicalUnit(base: "sr", factor: 1) }
    for name in ["g/cm3", "g/cm^3", "g/cm³", "g cm^-3"] { names[name] = PhysicalUnit(base: "g/cm3", factor: 1) }
    for name in ["kg/m3", "kg/m^3", "kg/m³"] { names[name] = PhysicalUnit(base: "g/cm3", factor: 1e-3) }
    return names
  }()
}
