internal import Foundation
internal import Microscopy

/// What a bare file of values holds, as a JSON sidecar says it.
///
/// The sidecar of `scan.raw` is `scan.raw.json`:
///
///     {"shape": [512, 512, 2048], "dtype": "uint16", "byte-order": "little", "offset": 0,
///      "axes": ["y:0.5:nm", "x:0.5:nm", {"name": "energy", "scale": 10, "units": "eV", "offset": -200}],
///      "title": "area 1", "signal-type": "EDS_TEM"}
///
/// `shape` and `dtype` are needed; `axes` may also be one text, "y,x,energy". Other keys are kept as the vendor's metadata.
struct ArrayDescription {
  var shape: [Int]?
  var type: ScalarType?
  var byteOrder: ByteOrder?
  var offset: Int?
  var axes: [AxisDescription]?
  var title: String?
  var signalType: String?
  var tree = MetadataTree.empty
  /// Where each key that is understood is in the sidecar.
  private(set) var places: [String: Int] = [:]

  static let keys = ["shape", "dtype", "byte-order", "offset", "axes", "title", "signal-type"]

  init() {}

  /// Reads a sidecar; underscores and hyphens in its keys are the same.
  init(sidecar path: String) throws(FormatError) {
    let bytes = try FileBytes(path, format: BareBinaryReader.name).read(upTo: 16 << 20)
    do {
      tree = try JSONDecoder().decode(MetadataTree.self, from: Data(bytes))
    } catch {
      throw FormatError(
        BareBinaryReader.name, file: path, offset: Self.endOfSense(in: bytes), "is no valid JSON",
        advice: "Correct the JSON from there on.")
    }
    guard case .dictionary(let entries) = tree else {
      throw FormatError(
        BareBinaryReader.name, file: path, offset: 0, "is no JSON object", advice: "Write {\"shape\": …, \"dtype\": …}.")
    }
    for (key, value) in entries {
      let field = key.replacingOccurrences(of: "_", with: "-").lowercased()
      guard Self.keys.contains(field) else { continue }
      places[field] = bytes.firstRange(of: Array("\"\(key)\"".utf8))?.lowerBound ?? 0
      guard set(field, value) else {
        throw FormatError(
          BareBinaryReader.name, file: path, offset: places[field], field: key, "is not understood",
          advice: Self.advice(for: field))
      }
    }
  }

  /// Where bytes that are no JSON end to be some, as far as Foundation tells; else their end.
  private static func endOfSense(in bytes: [UInt8]) -> Int {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    } catch {
      // "Invalid value around character 11."
      let words = ((error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? "").split(separator: " ")
      if words.dropLast().last == "character", let place = words.last.flatMap({ Int($0.filter(\.isNumber)) }) {
        return min(place, bytes.count)
      }
    }
    return bytes.count
  }

  private mutating func set(_ field: String, _ value: MetadataTree) -> Bool {
    switch field {
    case "shape":
      shape = Self.integers(value)
      return shape != nil
    case "dtype":
      type = value.text.flatMap(ScalarType.init(rawValue:))
      return type != nil
    case "byte-order":
      byteOrder = value.text.flatMap { ByteOrder(rawValue: $0.lowercased().replacingOccurrences(of: "-endian", with: "")) }
      return byteOrder != nil
    case "offset":
      offset = Self.integers(.list([value]))?.first
      return offset != nil
    case "axes":
      axes = Self.axes(value)
      return axes != nil
    case "title":
      title = value.text
      return title != nil
    default:
      signalType = value.text
      return signalType != nil
    }
  }

  private static func integers(_ value: MetadataTree) -> [Int]? {
    guard case .list(let items) = value else { return nil }
    let numbers = items.compactMap { $0.number.flatMap { Int(exactly: $0) } }
    return numbers.count == items.count ? numbers : nil
  }

  private static func axes(_ value: MetadataTree) -> [AxisDescription]? {
    if let text = value.text {
      return axes(.list(text.split(separator: ",").map { .text(String($0)) }))
    }
    guard case .list(let items) = value else { return nil }
    let axes = items.compactMap { item -> AxisDescription? in
      if let text = item.text { return AxisDescription(text) }
      guard let name = item["name"]?.text else { return nil }
      return AxisDescription(
        name: name, scale: item["scale"]?.number, offset: item["offset"]?.number, units: item["units"]?.text)
    }
    return axes.count == items.count ? axes : nil
  }

  private static func advice(for field: String) -> String {
    switch field {
    case "shape": "Write the extents, slowest first, as in [512, 512, 2048]."
    case "dtype": "Write one of \(ScalarType.allCases.map(\.rawValue).joined(separator: ", "))."
    case "byte-order": "Write \"little\" or \"big\"."
    case "offset": "Write the number of bytes before the first value."
    case "axes": "Write [\"y\", \"x\", \"energy\"], each as \"name:scale:units:offset\" or as an object with these keys."
    default: "Write a text."
    }
  }
}
