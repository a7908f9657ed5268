internal import Foundation
internal import Microscopy

/// A date as C libraries write it, "Sun Feb 21 17:53:06 2016", in the time of day of the computer, without its zone.
struct ClockDate {
  private let day: String
  private let clock: String
  /// Since 1970, as if the clock showed universal time.
  let seconds: Int

  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count == 5, let month = months.firstIndex(of: String(words[1])), let day = Int(words[2]), (1...31).contains(day),
      let year = Int(words[4]), (1900...2200).contains(year)
    else { return nil }
    let parts = words[3].split(separator: ":").map { Int($0) ?? -1 }
    guard parts.count == 3, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]), (0...60).contains(parts[2]) else {
      return nil
    }
    self.day = String(format: "%04d-%02d-%02d", year, month + 1, day)
    clock = String(format: "%02d:%02d:%02d", parts[0], parts[1], min(parts[2], 59))
    // Days from the civil calendar: years begin in March, so that the leap day is the last.
    let shifted = month < 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    seconds = days * 86_400 + parts[0] * 3600 + parts[1] * 60 + min(parts[2], 59)
  }

  /// Seconds by which it misses a universal time, whatever the zone.
  func distance(to time: Int?) -> Double? { time.map { Double(abs(remainder($0))) } }

  /// ISO 8601, with the zone where the universal time of the acquisition tells it.
  func iso8601(universal time: Int?) -> String {
    guard let time, abs(remainder(time)) < 300 else { return "\(day)T\(clock)" }
    let minutes = (seconds - time - remainder(time)) / 60
    guard abs(minutes) <= 14 * 60 else { return "\(day)T\(clock)" }
    return "\(day)T\(clock)" + String(format: "%@%02d:%02d", minutes < 0 ? "-" : "+", abs(minutes) / 60, abs(minutes) % 60)
  }

  /// A universal time in ISO 8601.
  static func iso8601(_ time: Int) -> String {
    let formatter = ISO8601DateFormatter()
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    return formatter.string(from: Date(timeIntervalSince1970: Double(time))).replacingOccurrences(of: "Z", with: "+00:00")
  }

  /// Seconds beyond the nearest quarter of an hour of difference.
  private func remainder(_ time: Int) -> Int {
    let difference = seconds - time
    let quarter = 900
    let rest = ((difference % quarter) + quarter) % quarter
    return rest >= quarter / 2 ? rest - quarter : rest
  }
}
