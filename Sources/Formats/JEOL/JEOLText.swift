internal import Foundation

/// Texts and dates as Analysis Station writes them.
enum JEOLText {
  /// The text before the zeros at the end: UTF-8 where the bytes are that, else Shift-JIS, else Latin-1.
  static func decode(_ bytes: some Sequence<UInt8>) -> String {
    var bytes = Array(bytes)
    while bytes.last == 0 { bytes.removeLast() }
    if bytes.allSatisfy({ $0 < 0x80 }) { return decodeText(bytes) }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return String(data: Data(bytes), encoding: .shiftJIS) ?? decodeText(bytes)
  }

  /// A text in a field of fixed length: what comes after the first zero is left from earlier uses.
  static func field(_ bytes: some Sequence<UInt8>) -> String { decode(bytes.prefix { $0 != 0 }) }

  /// ISO 8601, to the second and without a zone, from days since the end of the 29th of December 1899.
  static func date(_ days: Double) -> String? {
    guard days.isFinite, days > 10_000, days < 110_000 else { return nil }
    let unix = Int(((days - 25_569) * 86_400).rounded())
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(unix)))
    guard let year = parts.year, let month = parts.month, let day = parts.day, let hour = parts.hour,
      let minute = parts.minute, let second = parts.second
    else { return nil }
    return String(format: "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second)
  }

  /// The number that was written down as a float: 22.3, and not 22.299999237060547.
  static func shortest(_ value: Double) -> Double {
    let float = Float(value)
    guard float.isFinite, Double(float) == value else { return value }
    return Double("\(float)") ?? value
  }
}
