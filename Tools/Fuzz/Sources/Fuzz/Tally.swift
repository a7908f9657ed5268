/// How the reading of an input ended.
enum Answer: Int32 {
  case read, refused, broken
}

/// How many inputs ended how.
struct Tally: CustomStringConvertible {
  private var read = 0
  private var refused = 0
  private var crashes: [UInt64: Int] = [:]
  private var hangs: [UInt64: Int] = [:]

  mutating func count(_ answer: Answer) {
    if answer == .read { read += 1 } else { refused += 1 }
  }

  /// Counts a crash within libhdf5, and keeps the first input for each place of it.
  mutating func countCrash(at place: UInt64, signal: Int32, _ input: Input) {
    if crashes[place] == nil { input.keep("crash-\(String(place, radix: 16))-signal-\(signal)") }
    crashes[place, default: 0] += 1
  }

  mutating func countHang(at place: UInt64, _ input: Input) {
    if hangs[place] == nil { input.keep("hang-\(String(place, radix: 16))") }
    hangs[place, default: 0] += 1
  }

  var description: String {
    let crashed = crashes.values.reduce(0, +)
    let hung = hangs.values.reduce(0, +)
    let inside =
      crashed + hung > 0
      ? "; \(crashed) crashes at \(crashes.count) places and \(hung) hangs at \(hangs.count) within libhdf5" : ""
    return "\(read + refused + crashed + hung) inputs, \(read) read, \(refused) refused\(inside)"
  }
}
