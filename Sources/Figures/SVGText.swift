internal import Foundation

/// What cairo writes as SVG, with ids and colours of our own.
///
/// cairo numbers its surfaces over the life of a program, and writes colours in percent; here ids are counted within the
/// picture, and colours are hexadecimal.
enum SVGText {
  /// A document of its own that says what it shows.
  static func tidied(_ svg: String, title: String, words: String) -> String {
    var text = rewritten(svg)
    guard let start = text.range(of: "<svg"), let end = text[start.upperBound...].firstIndex(of: ">") else { return text }
    let parts = [("title", title), ("desc", words)].filter { !$0.1.isEmpty }
    text.insert(
      contentsOf: parts.map { "\n<\($0)>\(HTML.escaped($1))</\($0)>" }.joined(), at: text.index(after: end))
    return text
  }

  private static func rewritten(_ svg: String) -> String {
    let source = Array(svg.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    var names: [[UInt8]: String] = [:]
    var index = 0
    func starts(_ word: StaticString) -> Bool {
      let count = word.utf8CodeUnitCount
      guard index + count <= source.count else { return false }
      return unsafe UnsafeBufferPointer(start: word.utf8Start, count: count).elementsEqual(source[index..<index + count])
    }
    func copyName(until end: UInt8) {
      guard let stop = source[index...].firstIndex(of: end) else { return }
      let name = Array(source[index..<stop])
      if names[name] == nil { names[name] = "i\(names.count + 1)" }
      result += Array((names[name] ?? "").utf8)
      index = stop
    }
    while index < source.count {
      if starts(" id=\"") {
        result += Array(" id=\"".utf8)
        index += 5
        copyName(until: 0x22)
      } else if starts("href=\"#") {
        result += Array("href=\"#".utf8)
        index += 7
        copyName(until: 0x22)
      } else if starts("url(#") {
        result += Array("url(#".utf8)
        index += 5
        copyName(until: 0x29)
      } else if starts(" d=\"") {
        result += Array(" d=\"".utf8)
        index += 4
        let stop = source[index...].firstIndex(of: 0x22) ?? source.endIndex
        result += shortened(source[index..<stop])
        index = stop
      } else if starts("rgb("), let (value, end) = percentages(source, from: index + 4) {
        result += Array("#\(NumberText.hexadecimal(value))".utf8)
        index = end
      } else {
        result.append(source[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A path with its numbers cut to hundredths of a point: nobody sees less.
  private static func shortened(_ path: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(path.count)
    var index = path.startIndex
    while index < path.endIndex {
      let byte = path[index]
      result.append(byte)
      index += 1
      guard byte == 0x2E else { continue }
      var digits: [UInt8] = []
      while index < path.endIndex, (0x30...0x39).contains(path[index]) {
        digits.append(path[index])
        index += 1
      }
      // Cut rather than rounded: a carry would have to go back into the whole number.
      digits = Array(digits.prefix(2))
      while digits.last == 0x30 { digits.removeLast() }
      if digits.isEmpty { result.removeLast() } else { result += digits }
    }
    return result
  }

  /// Three numbers in percent up to a closing parenthesis, as a colour, and the place behind it.
  private static func percentages(_ source: [UInt8], from start: Int) -> (UInt32, Int)? {
    guard let end = source[start...].prefix(80).firstIndex(of: 0x29) else { return nil }
    let parts = source[start..<end].split(separator: 0x2C).map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      let digits = part.filter { $0 != "%" && $0 != " " }
      guard part.hasSuffix("%"), let number = Double(digits), number >= 0, number <= 100 else { return nil }
      value = value << 8 | UInt32((number * 2.55).rounded())
    }
    return (value, end + 1)
  }
}
