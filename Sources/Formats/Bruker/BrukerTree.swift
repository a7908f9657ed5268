internal import Microscopy

/// Ways through the XML that Bruker's programs write: objects are elements "ClassInstance" with a type and often a name.
extension MetadataTree {
  /// All elements of a name, whether one or several; in order.
  func children(_ name: String) -> [MetadataTree] {
    switch self[name] {
    case nil: []
    case .list(let values): values
    case let value?: [value]
    }
  }

  /// The objects of a type right below.
  func instances(_ type: String) -> [MetadataTree] {
    children("ClassInstance").filter { $0["@Type"]?.text == type }
  }

  func instance(_ type: String) -> MetadataTree? { instances(type).first }

  /// All objects of a type at any depth, outermost first; below one that is found none is looked for.
  func allInstances(_ type: String) -> [MetadataTree] {
    switch self {
    case .list(let values): values.flatMap { $0.allInstances(type) }
    case .dictionary(let values):
      self["@Type"]?.text == type ? [self] : values.keys.sorted().flatMap { values[$0]?.allInstances(type) ?? [] }
    default: []
    }
  }

  /// The number that an element holds, with a point or, as in some countries, a comma.
  func decimal(_ name: String) -> Double? {
    guard let value = self[name] else { return nil }
    if let number = value.number { return number }
    guard let text = value.text, text.utf8.count < 40 else { return nil }
    return Double(text.replacing(",", with: ".")).flatMap { $0.isFinite ? $0 : nil }
  }

  func count(_ name: String) -> Int? {
    if case .integer(let value) = self[name] { Int(value) } else { nil }
  }

  /// The text of an element, also where it looks like a number; nil when it is empty.
  func word(_ name: String) -> String? {
    switch self[name] {
    case .text(let text): text.trimmingBlanks.isEmpty ? nil : text.trimmingBlanks
    case .integer(let value): String(value)
    case .real(let value): String(value)
    default: nil
    }
  }

  /// Whole numbers with commas between them; nil when anything else is there.
  func integers(_ name: String) -> [UInt64]? {
    switch self[name] {
    case .integer(let value): return value >= 0 ? [UInt64(value)] : nil
    case .text(let text):
      var numbers: [UInt64] = []
      for part in text.utf8.split(separator: UInt8(ascii: ",")) {
        guard let number = UInt64(String(Substring(part)).trimmingBlanks) else { return nil }
        numbers.append(number)
      }
      return numbers
    default: return nil
    }
  }

  /// ISO 8601, from "12.9.2018" and "13:9:11", which have the day first and no zone.
  var dateAndTime: String? {
    guard let date = word("Date") else { return nil }
    return WrittenDate.iso8601(date: date, time: word("Time"))
  }
}
