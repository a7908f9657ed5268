internal import Foundation

/// What cairo writes as SVG, with ids and colours of our own.
///
/// cairo numbers its surfaces over the life of a program, and writes colours in percent; here ids are counted within the
/// picture, and colours are hexadecimal.
enum SVGText {
  /// A document of its own.
  static func tidied(_ svg: String) -> String {
    rewritten(svg, prefix: "") { "#" + hexadecimal($0) }
  }

  /// An element within a page, with colours that the page may change.
  static func inline(_ svg: String, prefix: String, title: String, width: Double, height: Double) -> String {
    var body = rewritten(svg, prefix: prefix) { value in
      Theme.variables[value].map { "var(\($0))" } ?? "#" + hexadecimal(value)
    }
    if let start = body.range(of: "<svg"), let end = body[start.upperBound...].firstIndex(of: ">") {
      body = String(body[body.index(after: end)...])
    }
    let size = "width=\"\(Int(width.rounded(.up)))\" viewBox=\"0 0 \(NumberText.short(width)) \(NumberText.short(height))\""
    let label = title.isEmpty ? "" : " role=\"img\" aria-label=\"\(HTML.escaped(title))\""
    return "<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\" \(size)\(label)>" + body
  }

  /// - Parameter colour: the word for a colour 0xRRGGBB.
  private static func rewritten(_ svg: String, prefix: String, colour: (UInt32) -> String) -> String {
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
      if names[name] == nil { names[name] = "\(prefix)i\(names.count + 1)" }
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
        result += Array(colour(value).utf8)
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

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
