internal import Foundation

/// Numbers as figures show them: with a minus sign, thin spaces between thousands, and powers of ten as such.
public enum NumberText {
  private static let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "-": "⁻",
  ]

  public static func superscript(_ number: Int) -> String { String(String(number).map { superscripts[$0] ?? $0 }) }

  /// 10 to a power: "10⁻³".
  public static func powerOfTen(_ exponent: Int) -> String { "10\(superscript(exponent))" }

  /// With so many digits after the point; "−" for a minus, a thin space between groups of three digits from 10 000 on.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value > 0 ? "∞" : "−∞" }
    // C's format, of the locale "C": no program here sets another.
    let digits = String(format: "%.\(max(0, min(decimals, 15)))f", value.magnitude)
    let isZero = !digits.contains { $0 != "0" && $0 != "." }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    var whole = String(parts[0])
    if whole.count > 4 {
      var grouped = ""
      for (index, digit) in whole.enumerated() {
        if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append("\u{2009}") }
        grouped.append(digit)
      }
      whole = grouped
    }
    return (value < 0 && !isZero ? "−" : "") + whole + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// With so many significant digits, and a power of ten where the number is very large or small: "−1.25", "3.2·10⁻⁵".
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    let exponent = Int(log10(value.magnitude).rounded(.down))
    if exponent < -3 || exponent > 5 {
      let mantissa = value / pow(10, Double(exponent))
      let text = trimmed(fixed(mantissa, decimals: digits - 1))
      // What rounds to ten belongs to the next power.
      if text == "10" || text == "−10" { return (value < 0 ? "−" : "") + powerOfTen(exponent + 1) }
      return text == "1" ? powerOfTen(exponent) : text == "−1" ? "−\(powerOfTen(exponent))" : "\(text)·\(powerOfTen(exponent))"
    }
    return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
  }

  /// Whole numbers below 10¹² with all their digits, others with so many significant ones.
  public static func plain(_ value: Double, digits: Int) -> String {
    value.magnitude < 1e12 && value == value.rounded() ? fixed(value, decimals: 0) : significant(value, digits: digits)
  }

  /// A value with its standard deviation, both to the second digit of the latter: "18.291 ± 0.036".
  public static func withError(_ value: Double, _ error: Double) -> String {
    guard error.isFinite, error > 0, value.isFinite else { return "\(plain(value, digits: 5)) ± \(plain(error, digits: 2))" }
    let exponent = Int(log10(error).rounded(.down))
    let greatest = max(value.magnitude, error)
    // Very small numbers have a power of ten in common.
    if greatest < 1e-3 {
      let power = Int(log10(greatest).rounded(.down))
      let factor = pow(10, Double(-power))
      let decimals = max(0, power - exponent + 1)
      return "(\(fixed(value * factor, decimals: decimals)) ± \(fixed(error * factor, decimals: decimals)))·\(powerOfTen(power))"
    }
    let decimals = min(9, max(0, 1 - exponent))
    return "\(fixed(value, decimals: decimals)) ± \(fixed(error, decimals: decimals))"
  }

  /// As a number in SVG, with at most so many digits after the point.
  static func plainDecimal(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    return text.contains(".") ? trimmed(text) : text
  }

  /// Six hexadecimal digits.
  static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// Units as the field prints them.
public enum UnitText {
  /// "nm⁻¹" for "1/nm", "µm" for "um", "Å" for "A" or "Angstrom"; others as they are.
  public static func shown(_ units: String) -> String {
    switch units {
    case "um", "micron", "microns", "μm", "µm": "µm"
    case "A", "Ang", "Angstrom", "angstrom": "Å"
    case "1/um", "1/μm", "1/µm": "µm⁻¹"
    case "1/A", "1/Å", "1/Ang", "A^-1", "Å^-1": "Å⁻¹"
    case _ where units.hasPrefix("1/") && units.count > 2: "\(units.dropFirst(2))⁻¹"
    case _ where units.hasSuffix("^-1"): "\(units.dropLast(3))⁻¹"
    case "deg", "degrees": "°"
    case "pixel", "pixels", "px", "<undefined>", "undefined": ""
    default: units
    }
  }

  /// A name whose numbers are to be multiplied with a power of ten: "X-rays (10³ counts)".
  static func label(_ name: String, _ units: String, exponent: Int) -> String {
    guard exponent != 0 else { return label(name, units) }
    let power = NumberText.powerOfTen(exponent)
    let units = shown(units)
    if units.isEmpty, name.hasSuffix(")"), let bracket = name.lastIndex(of: "(") {
      return name[..<bracket] + "(\(power) " + name[name.index(after: bracket)...]
    }
    return label(name, units.isEmpty ? power : "\(power) \(units)")
  }

  /// A name with a unit behind it: "Energy (keV)".
  public static func label(_ name: String, _ units: String) -> String {
    let units = shown(units)
    return units.isEmpty ? name : name.isEmpty ? units : "\(name) (\(units))"
  }
}
