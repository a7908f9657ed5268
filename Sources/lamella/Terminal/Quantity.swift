import Foundation

/// Numbers as people read them.
enum Quantity {
  /// Three significant digits in decimal units: `27.3 MB`.
  static func bytes(_ count: Double) -> String {
    var value = count
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 999.5 { return "\(unit == "B" ? String(Int(value.rounded())) : significant(value)) \(unit)" }
      value /= 1000
    }
    return "\(significant(value)) TB"
  }

  /// `0.42 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
  static func seconds(_ value: Double) -> String {
    if value < 10 { return "\(significant(value)) s" }
    // More than any clock counts, or no number at all.
    guard value < 1e12 else { return "\(significant(value)) s" }
    let whole = Int(value.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// Up to `digits` significant digits, without trailing zeros; "-" for what is no number.
  static func significant(_ value: Double, digits: Int = 3) -> String {
    value.isNaN ? "-" : String(format: "%.\(digits)g", value)
  }

  /// A number that there may be; "-" where there is none.
  static func significant(_ value: Double?, digits: Int = 3) -> String {
    guard let value, value.isFinite else { return "-" }
    return significant(value, digits: digits)
  }
}

extension Duration {
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
