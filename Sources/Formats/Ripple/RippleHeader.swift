internal import Foundation
internal import Microscopy

/// The keys of an .rpl file: what they say of the raw file beside it.
///
/// The format is that of Lispix (D. S. Bright, NIST): lines of a key and a value parted by a tab, `;` before a comment.
/// HyperSpy's keys for names, units, scales and origins of the axes are understood too.
struct RippleHeader {
  enum Record: String {
    case vector, image
    case either = "dont-care"
  }

  let file: String
  /// Keys in lower case.
  private(set) var values: [String: String] = [:]
  private var places: [String: Int] = [:]
  private let byteCount: Int

  static let format = "Ripple"

  /// - Parameter bytes: the whole .rpl file.
  init(_ bytes: [UInt8], file: String) throws(FormatError) {
    self.file = file
    byteCount = bytes.count
    for line in TextLines(bytes) {
      let text = line.text
      guard !text.isEmpty, !text.hasPrefix(";") else { continue }
      let split = text.firstIndex(of: "\t") ?? text.firstIndex(where: \.isWhitespace) ?? text.endIndex
      let key = text[..<split].trimmingCharacters(in: .whitespaces).lowercased()
      values[key] = text[split...].trimmingCharacters(in: .whitespaces)
      places[key] = line.offset
    }
    guard values["width"] != nil || values["height"] != nil || values["depth"] != nil else {
      throw FormatError(
        Self.format, file: file, offset: byteCount, field: "width", "ends without a width, a height or a depth",
        advice: "An .rpl file holds lines such as 'width<tab>512'; check that this is one.")
    }
  }

  /// An error at the line of a key, or at the end where there is none.
  func error(_ key: String, _ problem: String, advice: String) -> FormatError {
    FormatError(Self.format, file: file, offset: places[key] ?? byteCount, field: key, problem, advice: advice)
  }

  func text(_ key: String) -> String? {
    guard let value = values[key], !value.isEmpty else { return nil }
    return value
  }

  /// A number, or nil when the key is absent or its value is no finite number.
  func number(_ key: String) -> Double? {
    guard let value = text(key).flatMap(Double.init), value.isFinite else { return nil }
    return value
  }

  /// A whole number that is not negative.
  func count(_ key: String, default standard: Int? = nil) throws(FormatError) -> Int {
    guard let value = text(key) else {
      if let standard { return standard }
      throw error(key, "is missing", advice: "Add a line '\(key)<tab>NUMBER' to the .rpl file.")
    }
    guard let number = Double(value), let count = Int(exactly: number), count >= 0 else {
      throw error(key, "'\(value)' is no count", advice: "Write a whole number that is not negative.")
    }
    return count
  }

  func type() throws(FormatError) -> ScalarType {
    let length = try count("data-length")
    let kind = text("data-type")?.lowercased() ?? ""
    switch (kind, length) {
    case ("signed", 1): return .int8
    case ("signed", 2): return .int16
    case ("signed", 4): return .int32
    case ("signed", 8): return .int64
    case ("unsigned", 1): return .uint8
    case ("unsigned", 2): return .uint16
    case ("unsigned", 4): return .uint32
    case ("unsigned", 8): return .uint64
    case ("float", 2): return .float16
    case ("float", 4): return .float32
    case ("float", 8): return .float64
    case ("complex", 8): return .complex64
    case ("complex", 16): return .complex128
    case ("bool", 1): return .bool
    default:
      throw error(
        "data-type", "there is no type '\(kind)' of \(length) bytes",
        advice: "data-type is signed, unsigned (1, 2, 4 or 8 bytes), float (2, 4 or 8) or complex (8 or 16).")
    }
  }

  func byteOrder() throws(FormatError) -> ByteOrder {
    switch text("byte-order")?.lowercased() ?? "dont-care" {
    case "little-endian": return .little
    case "big-endian": return .big
    case "dont-care": return .native
    default:
      throw error(
        "byte-order", "'\(text("byte-order") ?? "")' is no byte order",
        advice: "Write little-endian, big-endian or dont-care.")
    }
  }

  func record() throws(FormatError) -> Record {
    let word = text("record-by")?.lowercased() ?? "dont-care"
    guard let record = Record(rawValue: word) else {
      throw error("record-by", "'\(word)' is no order of values", advice: "Write vector, image or dont-care.")
    }
    return record
  }

  /// Whether the depth runs over energies, so that planes of images are those of a spectrum image.
  ///
  /// The unit of the depth decides where it is given, else its name, else what else is typical of spectra.
  var depthIsEnergy: Bool {
    if let units = text("depth-units") { return ["ev", "kev"].contains(units.lowercased()) }
    if let name = text("depth-name"), AxisDescription(name: name).namesSignal { return true }
    if values["ev-per-chan"] != nil { return true }
    return text("signal").map { signal in ["EDS", "EEL", "CL"].contains(where: signal.uppercased().hasPrefix) } ?? false
  }

  func axis(_ dimension: String, size: Int, defaultName: String, role: Axis.Role) -> Axis {
    var axis = Axis(name: text("\(dimension)-name") ?? defaultName, size: size, role: role)
    axis.units = text("\(dimension)-units") ?? ""
    axis.offset = number("\(dimension)-origin") ?? 0
    if let scale = number("\(dimension)-scale") {
      axis.scale = scale
    } else if dimension == "depth", let scale = number("ev-per-chan") {
      axis.scale = scale
      if axis.units.isEmpty { axis.units = "eV" }
    }
    return axis
  }
}
