import Microscopy
import Store

/// What a curator asks about a map, and what the file answers.
public struct Completeness: Codable, Hashable, Sendable {
  /// One question: who, when, with what …
  public struct Item: Codable, Hashable, Sendable {
    public var name: String
    /// The answer; nil where there is none.
    public var value: String?
    /// What is wrong with the answer; nil when it will do.
    public var problem: String?

    public var isAnswered: Bool { value != nil && problem == nil }
  }

  public var map: String
  /// As HyperSpy names it; empty when unknown.
  public var technique: String
  public var items: [Item]

  public var missing: [Item] { items.filter { !$0.isAnswered } }

  /// Asks what every map should answer, and what its technique needs besides.
  init(of map: Map) throws {
    self.map = map.name
    let metadata = try map.metadata
    technique = metadata.signalType
    items = [
      Self.item("author", metadata.authors),
      Self.date(metadata.acquired),
      Self.item("instrument", metadata.instrument.microscope),
      Self.item("detector", metadata.instrument.detector),
      Self.item("sample", metadata.sample.name ?? metadata.sample.description),
      Self.item("technique", technique),
      Self.number("beam energy", metadata.instrument.beamEnergy, "keV"),
    ]
    items += Self.items(neededBy: technique, metadata)
    items += metadata.axes.enumerated().compactMap { Self.calibration(of: $1, $0) }
    items.append(try Self.source(of: map))
  }

  private static func items(neededBy technique: String, _ metadata: MapMetadata) -> [Item] {
    let instrument = metadata.instrument
    let elements = Item(
      name: "elements", value: metadata.sample.elements.isEmpty ? nil : metadata.sample.elements.joined(separator: " "))
    let current = number("beam current", instrument.beamCurrent, "nA")
    let dwell = number("dwell time", instrument.dwellTime, "s")
    let convergence = number("convergence angle", instrument.convergenceAngle, "mrad")
    switch technique {
    case "EDS_TEM", "EDS_SEM":
      let time = instrument.liveTime.map { number("live time", $0, "s") } ?? dwell
      return [elements, current, time.value == nil ? Item(name: "live or dwell time") : time]
    case "EELS":
      return [elements, current, dwell, convergence, number("collection angle", instrument.collectionAngle, "mrad")]
    case "electron_diffraction":
      return [dwell, convergence, number("camera length", instrument.cameraLength, "mm")]
    default: return []
    }
  }

  private static func item(_ name: String, _ value: String?) -> Item {
    Item(name: name, value: value.flatMap { $0.isEmpty ? nil : $0 })
  }

  private static func number(_ name: String, _ value: Double?, _ unit: String) -> Item {
    Item(name: name, value: value.map { "\(plain($0)) \(unit)" })
  }

  /// Without the fraction where there is none.
  private static func plain(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }

  private static func date(_ text: String?) -> Item {
    var item = item("date", text)
    guard let date = item.value else { return item }
    // The zone of an ISO 8601 time: Z, or hours behind a sign.
    let time = date.split(separator: "T", maxSplits: 1).dropFirst().first ?? ""
    if !time.contains(where: { $0 == "Z" || $0 == "+" || $0 == "-" }) {
      item.problem = time.isEmpty ? "has no time of day" : "has no time zone"
    }
    return item
  }

  /// Nil for an axis of one position, which needs no scale.
  private static func calibration(of axis: Axis, _ index: Int) -> Item? {
    guard axis.size > 1 else { return nil }
    var item = Item(name: "axis \(axis.name.isEmpty ? "\(index)" : axis.name)")
    if let values = axis.values {
      item.value = "\(values.count) values, \(axis.units)"
    } else {
      item.value = "\(axis.scale) \(axis.units), from \(axis.offset)"
      if axis.scale == 1, axis.offset == 0 { item.problem = "has the scale of an axis that nobody calibrated" }
    }
    if axis.units.isEmpty { item.problem = "has no unit" }
    return item
  }

  /// What the map was made from.
  private static func source(of map: Map) throws -> Item {
    var item = Item(name: "source")
    guard let made = try map.provenance else { return item }
    if made.inputs.isEmpty {
      item.value = "made by \(made.operation)"
      return item
    }
    item.value = made.inputs.map { input in
      let name = (input.file ?? input.path).split(separator: "/").last.map(String.init) ?? input.path
      return input.sha256.map { "\(name), sha256 \($0)" } ?? "\(name), \(input.size ?? 0) bytes"
    }.joined(separator: "; ")
    return item
  }
}

extension Store {
  /// What a curator asks about each map.
  var completeness: [Completeness] { get throws { try maps.map { try Completeness(of: $0) } } }
}
