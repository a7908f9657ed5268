internal import Microscopy

/// HyperSpy's `metadata` tree of a map, made from our values and turned back into them.
enum HyperSpyMetadata {
  /// The tree that the source brought, with what our fields say laid over it.
  static func tree(of metadata: MapMetadata) -> MetadataTree {
    var tree = metadata.hyperspy.isEmpty ? MetadataTree.empty : metadata.hyperspy
    tree.set("General.title", .text(metadata.title))
    if let acquired = metadata.acquired {
      let moment = Moment(acquired)
      tree.set("General.date", .text(moment.date))
      tree.set("General.time", moment.time.map(MetadataTree.text))
      // Python's time zones have names; an offset is one, Z is not.
      let isUTC = moment.zone == "Z" || moment.zone == "+00:00"
      tree.set("General.time_zone", moment.zone.map { .text(isUTC ? "UTC" : $0) })
    }
    tree.set("General.authors", metadata.authors.map(MetadataTree.text))
    tree.set("General.notes", metadata.notes.map(MetadataTree.text))
    tree.set("General.original_filename", metadata.originalFile.map(MetadataTree.text))
    tree.set("Signal.signal_type", .text(metadata.signalType))
    if !metadata.quantity.isEmpty { tree.set("Signal.quantity", .text(metadata.quantity)) }
    let sample = metadata.sample
    tree.set("Sample.name", sample.name.map(MetadataTree.text))
    tree.set("Sample.description", sample.description.map(MetadataTree.text))
    if !sample.elements.isEmpty { tree.set("Sample.elements", .list(sample.elements.map(MetadataTree.text))) }
    // HyperSpy keeps thickness in metres.
    tree.set("Sample.thickness", sample.thickness.map { .real($0 * 1e-9) })
    tree.set("Sample.density", sample.density.map(MetadataTree.real))
    let instrument = "Acquisition_instrument.\(instrumentKind(of: metadata))"
    tree.set("\(instrument).microscope", metadata.instrument.microscope.map(MetadataTree.text))
    tree.set("\(instrument).acquisition_mode", metadata.instrument.acquisitionMode.map(MetadataTree.text))
    tree.set(
      "\(instrument).\(detectorType(for: metadata.signalType))", metadata.instrument.detectorType.map(MetadataTree.text))
    // Readers of HyperSpy name cameras, and no other detector.
    let camera = "\(instrument).Detector.Camera"
    if tree[path: camera] != nil, tree[path: "\(camera).Name"] == nil {
      tree.set("\(camera).Name", metadata.instrument.detector.map(MetadataTree.text))
    }
    for field in InstrumentField.all {
      guard let place = field.hyperspy, let value = field.get(metadata) else { continue }
      tree.set("\(instrument).\(adapted(place, to: metadata.signalType))", .real(value))
    }
    tree.set(
      "\(instrument).\(adapted("frame_number", to: metadata.signalType))", metadata.instrument.frames.map { .integer(Int64($0)) })
    return tree
  }

  /// Takes over what a HyperSpy tree says; what it does not say stays.
  static func absorb(_ tree: MetadataTree, into metadata: inout MapMetadata) {
    func text(_ path: String) -> String? { tree[path: path]?.text }
    if let title = text("General.title") { metadata.title = title }
    if let date = text("General.date") {
      metadata.acquired = Moment(date: date, time: text("General.time"), zone: text("General.time_zone")).text
    }
    metadata.authors = text("General.authors") ?? metadata.authors
    metadata.notes = text("General.notes") ?? metadata.notes
    metadata.originalFile = text("General.original_filename") ?? metadata.originalFile
    metadata.signalType = text("Signal.signal_type") ?? metadata.signalType
    metadata.quantity = text("Signal.quantity") ?? metadata.quantity
    metadata.sample.name = text("Sample.name") ?? metadata.sample.name
    metadata.sample.description = text("Sample.description") ?? metadata.sample.description
    if case .list(let elements)? = tree[path: "Sample.elements"] { metadata.sample.elements = elements.compactMap(\.text) }
    if let metres = tree[path: "Sample.thickness"]?.number, metres != metadata.sample.thickness.map({ $0 * 1e-9 }) {
      metadata.sample.thickness = metres * 1e9
    }
    metadata.sample.density = tree[path: "Sample.density"]?.number ?? metadata.sample.density
    let instrument = "Acquisition_instrument.\(instrumentKind(of: metadata))"
    metadata.instrument.microscope = text("\(instrument).microscope") ?? metadata.instrument.microscope
    metadata.instrument.acquisitionMode = text("\(instrument).acquisition_mode") ?? metadata.instrument.acquisitionMode
    metadata.instrument.detectorType =
      text("\(instrument).\(detectorType(for: metadata.signalType))") ?? metadata.instrument.detectorType
    for field in InstrumentField.all {
      guard let place = field.hyperspy else { continue }
      if let value = tree[path: "\(instrument).\(adapted(place, to: metadata.signalType))"]?.number {
        field.set(&metadata, value)
      }
    }
    metadata.hyperspy = tree
  }

  private static func instrumentKind(of metadata: MapMetadata) -> String {
    metadata.signalType == "EDS_SEM" || metadata.instrument.acquisitionMode == "SEM" ? "SEM" : "TEM"
  }

  /// EELS readers keep the times of a frame with the spectrometer, the others with the instrument.
  private static func adapted(_ place: String, to signalType: String) -> String {
    (place == "dwell_time" || place == "frame_number") && signalType == "EELS" ? "Detector.EELS.\(place)" : place
  }

  private static func detectorType(for signalType: String) -> String {
    signalType.hasPrefix("EDS") ? "Detector.EDS.detector_type" : "Detector.detector_type"
  }

  /// The package that HyperSpy imports before it makes a signal of this type.
  static func package(forSignalType type: String) -> String {
    ["EDS_TEM", "EDS_SEM", "EELS", "DielectricFunction"].contains(type) ? "exspy" : "hyperspy"
  }
}

/// A moment in ISO 8601, cut into the parts that HyperSpy keeps apart.
struct Moment: Hashable, Sendable {
  var date: String
  var time: String?
  var zone: String?

  init(date: String, time: String?, zone: String?) {
    self.date = date
    self.time = time
    self.zone = zone
  }

  init(_ text: String) {
    let parts = text.split(separator: "T", maxSplits: 1).map(String.init)
    date = parts.first ?? ""
    guard parts.count == 2 else { return }
    let clock = parts[1]
    let start = clock.firstIndex { $0 == "Z" || $0 == "+" || $0 == "-" } ?? clock.endIndex
    time = String(clock[..<start])
    zone = start == clock.endIndex ? nil : String(clock[start...])
  }

  var text: String {
    let zone = zone == "UTC" || zone == "GMT" ? "Z" : zone ?? ""
    let isOffset = zone == "Z" || zone.hasPrefix("+") || zone.hasPrefix("-")
    return date + (time.map { "T\($0)" } ?? "") + (time != nil && isOffset ? zone : "")
  }
}

extension MetadataTree {
  /// Puts a value at a dotted path, making the dictionaries on the way; nil changes nothing.
  mutating func set(_ path: String, _ value: MetadataTree?) {
    guard let value else { return }
    set(path.split(separator: ".").map(String.init)[...], value)
  }

  private mutating func set(_ keys: ArraySlice<String>, _ value: MetadataTree) {
    guard let key = keys.first else {
      self = value
      return
    }
    var entries: [String: MetadataTree] = [:]
    if case .dictionary(let existing) = self { entries = existing }
    var entry = entries[key] ?? .empty
    entry.set(keys.dropFirst(), value)
    entries[key] = entry
    self = .dictionary(entries)
  }
}
