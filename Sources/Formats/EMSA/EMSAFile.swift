internal import Foundation
internal import Microscopy

/// The fields and the numbers of an EMSA/MAS spectral data file (ISO 22029), as they are written.
///
/// More is accepted than the standard allows: files without any header or without its end marks, values parted by
/// commas, blanks or semicolons, with or without one at the end of a line.
struct EMSAFile {
  /// Fields in the order of the file: key in upper case without its unit, and value.
  private(set) var fields: [(key: String, value: String)] = []
  private(set) var values: [Double] = []
  /// Values in the first line of data.
  private(set) var firstLineCount = 0
  /// Where the first line of data is.
  private(set) var firstLineOffset = 0
  /// Bytes of the file.
  let byteCount: Int
  /// How many values are in a line when all lines but the last have as many; nil when they differ.
  private(set) var valuesPerLine: Int?
  let file: String

  static let format = "EMSA/MAS"

  init(_ bytes: [UInt8], file: String) throws(FormatError) {
    self.file = file
    byteCount = bytes.count
    var lineCounts: [Int] = []
    for line in TextLines(bytes) where !line.text.isEmpty {
      if line.text.hasPrefix("#") {
        let (key, value) = Self.field(line.text)
        if key == "ENDOFDATA" { break }
        if key != "SPECTRUM" { fields.append((key, value)) }
      } else {
        let before = values.count
        if before == 0 { firstLineOffset = line.offset }
        for word in line.text.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isWhitespace }) {
          guard let value = Double(word), !word.lowercased().hasPrefix("0x") else {
            throw FormatError(
              Self.format, file: file, offset: line.offset, "'\(word.prefix(40))' is no number",
              advice: "Lines of data hold numbers parted by commas or blanks; header lines begin with #.")
          }
          values.append(value)
        }
        lineCounts.append(values.count - before)
      }
    }
    guard !values.isEmpty else {
      throw FormatError(
        Self.format, file: file, offset: byteCount, "ends before the first value",
        advice: "The file is cut short: copy it again from its source.")
    }
    firstLineCount = lineCounts.first ?? 0
    if lineCounts.dropLast().allSatisfy({ $0 == lineCounts[0] }), (lineCounts.last ?? 0) <= firstLineCount {
      valuesPerLine = firstLineCount
    }
  }

  /// "#BEAMKV   -kV: 120.0" is BEAMKV and 120.0; "##ALPHA-1 : 3.1" is #ALPHA-1, a user's own field.
  private static func field(_ text: String) -> (key: String, value: String) {
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    var key = text[..<colon].dropFirst().trimmingCharacters(in: .whitespaces).uppercased()
    if !key.hasPrefix("#"), let end = key.firstIndex(where: { $0 == "-" || $0.isWhitespace }) { key = String(key[..<end]) }
    let value = colon < text.endIndex ? text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces) : ""
    return (key, value)
  }

  var hasHeader: Bool { !fields.isEmpty }

  /// The last value of a field that is not empty.
  func text(_ key: String) -> String? {
    fields.last { $0.key == key && !$0.value.isEmpty }?.value
  }

  /// All values of a field that may be repeated, joined by blanks.
  func joinedText(_ key: String, separator: String = " ") -> String? {
    let values = fields.filter { $0.key == key && !$0.value.isEmpty }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: separator)
  }

  /// A number, with a blank allowed before its exponent ("2.0 E-06"); nil when absent, empty or no finite number.
  func number(_ key: String) -> Double? {
    guard let text = text(key), let value = Double(text.filter { !$0.isWhitespace }), value.isFinite else { return nil }
    return value
  }

  /// All fields; those that occur more than once as lists.
  var tree: MetadataTree {
    let values = Dictionary(grouping: fields, by: \.key).mapValues { $0.map { MetadataTree.text($0.value) } }
    return .dictionary(values.mapValues { $0.count == 1 ? $0[0] : .list($0) })
  }
}
