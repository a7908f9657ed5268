internal import Microscopy

/// HyperSpy's metadata tree in the terms of Lamella.
struct HyperSpyMetadata {
  /// The tree in today's places.
  private(set) var tree: MetadataTree

  /// - Parameter isLegacy: whether the tree has the places of versions before 1.2.
  init(_ tree: MetadataTree, isLegacy: Bool) {
    self.tree = isLegacy ? Self.modern(tree) : tree
  }

  /// What versions before 1.4 call the signal's rank: 1 for "spectrum", 2 for "image", 0 for others; nil where it is not said.
  var signalRank: Int? {
    guard let recordBy = tree[path: "Signal.record_by"]?.text else { return nil }
    return ["spectrum": 1, "image": 2][recordBy] ?? 0
  }

  var title: String { text("General.title") ?? "" }
  var signalType: String { text("Signal.signal_type") ?? "" }

  /// Sets the fields that `MapMetadata` has; the rest stays in the tree.
  func fill(_ metadata: inout MapMetadata) {
    metadata.quantity = text("Signal.quantity") ?? ""
    metadata.acquired = acquired
    metadata.authors = text("General.authors")
    metadata.notes = text("General.notes")
    metadata.originalFile = text("General.original_filename").map(fileName(of:))
    metadata.sample.name = text("Sample.name")
    metadata.sample.description = text("Sample.description")
    metadata.sample.elements = texts("Sample.elements")
    // HyperSpy keeps thickness in metres.
    metadata.sample.thickness = number("Sample.thickness").map { $0 * 1e9 }
    metadata.sample.density = number("Sample.density")
    metadata.instrument = instrument
    metadata.hyperspy = tree
    // They say what the axes say.
    metadata.hyperspy.remove(["Signal", "record_by"])
    metadata.hyperspy.remove(["Signal", "binned"])
  }

  /// Moves the branch of plotted markers out of the tree: HyperSpy refuses a file whose markers it does not know.
  mutating func takeMarkers() -> MetadataTree? {
    guard let markers = tree["Markers"] else { return nil }
    tree.remove(["Markers"])
    return markers
  }

  private var acquired: String? {
    guard let date = text("General.date") else { return nil }
    guard let time = text("General.time"), !date.contains("T") else { return date }
    let zone = text("General.time_zone") ?? ""
    if zone == "UTC" || zone == "Z" || zone == "GMT" { return "\(date)T\(time)Z" }
    let isOffset = zone.count >= 5 && (zone.hasPrefix("+") || zone.hasPrefix("-"))
    return "\(date)T\(time)\(isOffset ? zone : "")"
  }

  private var instrument: Instrument {
    var instrument = Instrument()
    let places = ["TEM", "SEM"].map { "Acquisition_instrument.\($0)." }
    let first = { (keys: [String]) -> MetadataTree? in
      for place in places { for key in keys { if let value = tree[path: place + key], value != .null { return value } } }
      return nil
    }
    let number = { (keys: String...) in first(keys)?.number }
    let text = { (keys: String...) in first(keys)?.text.flatMap { $0.isEmpty ? nil : $0 } }
    instrument.microscope = text("microscope")
    instrument.acquisitionMode =
      text("acquisition_mode") ?? (tree[path: "Acquisition_instrument.SEM.beam_energy"] != nil ? "SEM" : nil)
    instrument.beamEnergy = number("beam_energy")
    instrument.beamCurrent = number("beam_current")
    instrument.convergenceAngle = number("convergence_angle")
    instrument.collectionAngle = number("Detector.EELS.collection_angle", "EELS.collection_angle")
    instrument.cameraLength = number("camera_length")
    instrument.magnification = number("magnification")
    instrument.frames = number("Detector.EELS.frame_number", "Detector.EDS.frame_number", "frame_number")
      .flatMap(Int.init(exactly:))
    instrument.tiltAlpha = number("Stage.tilt_alpha", "tilt_stage")
    instrument.tiltBeta = number("Stage.tilt_beta")
    instrument.stageX = number("Stage.x")
    instrument.stageY = number("Stage.y")
    instrument.stageZ = number("Stage.z")
    instrument.stageRotation = number("Stage.rotation")
    instrument.workingDistance = number("working_distance")
    instrument.detectorType = text("Detector.EDS.detector_type", "Detector.detector_type")
    instrument.azimuthAngle = number("Detector.EDS.azimuth_angle")
    instrument.elevationAngle = number("Detector.EDS.elevation_angle")
    instrument.energyResolution = number("Detector.EDS.energy_resolution_MnKa")
    instrument.solidAngle = number("Detector.EDS.solid_angle")
    instrument.liveTime = number("Detector.EDS.live_time")
    instrument.realTime = number("Detector.EDS.real_time")
    instrument.detector = text("Detector.EDS.detector_type", "Detector.EDS.detector", "Detector.EELS.spectrometer")
    let dwell = ["dwell_time", "Detector.EELS.dwell_time", "Detector.EDS.dwell_time"]
    for key in dwell where instrument.dwellTime == nil {
      let factor = text(key + "_units") == "ms" ? 1e-3 : 1
      instrument.dwellTime = number(key).map { $0 * factor }
    }
    return instrument
  }

  private func text(_ path: String) -> String? {
    guard let text = tree[path: path]?.text, !text.isEmpty else { return nil }
    return text
  }

  private func number(_ path: String) -> Double? { tree[path: path]?.number }

  private func texts(_ path: String) -> [String] {
    switch tree[path: path] {
    case .list(let values): values.compactMap(\.text)
    case .text(let text): [text]
    default: []
    }
  }

  /// Versions before 1.2 keep everything at the top, with the detectors beside the microscope's settings.
  private static func modern(_ old: MetadataTree) -> MetadataTree {
    guard case .dictionary(let values) = old else { return old }
    var tree = MetadataTree.empty
    for (key, value) in values {
      switch key {
      case "title", "original_filename", "date", "time", "authors", "notes": tree.replace(["General", key], by: value)
      case "signal_type", "record_by", "signal_origin", "quantity": tree.replace(["Signal", key], by: value)
      case "Noise_properties", "Variance_estimation": tree.replace(["Signal", key], by: value)
      case "_internal_parameters": tree.replace(["_HyperSpy"], by: Self.folding(value))
      case "TEM", "SEM":
        guard case .dictionary(let settings) = value else { continue }
        for (name, setting) in settings {
          let detector = ["EELS", "EDS"].contains(name) ? ["Detector"] : []
          tree.replace(["Acquisition_instrument", key] + detector + [name], by: setting)
        }
      default: tree.replace([key], by: value)
      }
    }
    return tree
  }

  private static func folding(_ old: MetadataTree) -> MetadataTree {
    old["folding"].map { ["Folding": $0] } ?? old
  }
}

extension MetadataTree {
  /// Takes away what is at a path of keys.
  mutating func remove(_ path: [String]) {
    guard let key = path.first, case .dictionary(var values) = self, var child = values[key] else { return }
    if path.count == 1 {
      values[key] = nil
    } else {
      child.remove(Array(path.dropFirst()))
      values[key] = child
    }
    self = .dictionary(values)
  }
}
