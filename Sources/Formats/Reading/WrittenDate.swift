internal import Foundation

/// Dates and times as DigitalMicrograph, Esprit and others write them: in the manner of the computer's country.
enum WrittenDate {
  /// ISO 8601 from a date and a time of day, and the absolute time of the system where the file has it.
  ///
  /// "3/4/2019" is read as the 4th of March unless the system's time says otherwise; "27.08.2016" has the day first.
  /// - Parameter fileTime: 100 ns since 1601 in universal time; it also gives the offset from it.
  static func iso8601(date: String, time: String?, fileTime: Double? = nil) -> String? {
    let system = fileTime.flatMap { $0.isFinite && $0 > 1e17 && $0 < 3e17 ? $0 / 1e7 - 11_644_473_600 : nil }
    let clock = time.flatMap(timeOfDay)
    let candidates = days(date)
    guard var day = candidates.first else { return nil }
    var zone = ""
    if let system {
      let distance = { (day: Day) in abs(seconds(day, clock) - system) }
      day = candidates.min { distance($0) < distance($1) } ?? day
      let offset = seconds(day, clock) - system
      let quarters = (offset / 900).rounded()
      if clock != nil, abs(offset - quarters * 900) < 90, abs(quarters) <= 56 { zone = offsetText(Int(quarters) * 15) }
    }
    let text = String(format: "%04d-%02d-%02d", day.year, day.month, day.day)
    guard let clock else { return text }
    return text + String(format: "T%02d:%02d:%02d", clock / 3600, clock / 60 % 60, clock % 60) + zone
  }

  private struct Day {
    var year: Int
    var month: Int
    var day: Int
  }

  /// The days that a date may mean, the likeliest first.
  private static func days(_ text: String) -> [Day] {
    let separator: Character = text.contains(".") ? "." : text.contains("-") ? "-" : "/"
    let parts = text.split(separator: separator).map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard parts.count == 3, let first = parts[0], let second = parts[1], let third = parts[2] else { return [] }
    let century = { (year: Int) in year < 100 ? (year < 70 ? 2000 : 1900) + year : year }
    let yearFirst = Day(year: first, month: second, day: third)
    let dayFirst = Day(year: century(third), month: second, day: first)
    let monthFirst = Day(year: century(third), month: first, day: second)
    let candidates = first > 31 ? [yearFirst] : separator == "/" ? [monthFirst, dayFirst] : [dayFirst, monthFirst]
    return candidates.filter { (1...12).contains($0.month) && (1...31).contains($0.day) && (1900...2200).contains($0.year) }
  }

  /// Seconds since midnight, from "20:50:13" or "9:46:19 PM".
  private static func timeOfDay(_ text: String) -> Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    let parts = (words.first ?? "").split(separator: ":").map { Int($0.prefix { $0.isNumber }) }
    guard (2...3).contains(parts.count), var hour = parts[0], let minute = parts[1] else { return nil }
    let second = parts.count == 3 ? parts[2] ?? 0 : 0
    switch words.dropFirst().first?.lowercased().prefix(1) {
    case "p" where hour < 12: hour += 12
    case "a" where hour == 12: hour = 0
    default: break
    }
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second) else { return nil }
    return hour * 3600 + minute * 60 + min(second, 59)
  }

  /// Seconds since 1970 as if the clock showed universal time.
  private static func seconds(_ day: Day, _ clock: Int?) -> Double {
    // Days from the civil calendar: years begin in March, so that the leap day is the last.
    let year = day.month <= 2 ? day.year - 1 : day.year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Double((era * 146_097 + dayOfEra - 719_468) * 86_400 + (clock ?? 43_200))
  }

  private static func offsetText(_ minutes: Int) -> String {
    String(format: "%@%02d:%02d", minutes < 0 ? "-" : "+", abs(minutes) / 60, abs(minutes) % 60)
  }
}
