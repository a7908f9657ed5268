internal import Foundation
internal import Microscopy

/// The JSON of an object in the terms of Lamella.
struct VeloxMetadata {
  let file: VeloxFile
  let object: VeloxFile.Object
  let tree: MetadataTree

  init(_ file: VeloxFile, _ object: VeloxFile.Object, _ tree: MetadataTree) {
    self.file = file
    self.object = object
    self.tree = tree
  }

  func map(_ axes: [Axis], title: String, signalType: String) -> MapMetadata {
    var metadata = MapMetadata(title: title, axes: axes, signalType: signalType)
    metadata.originalFile = fileName(of: file.path)
    metadata.acquired = Self.acquired(tree)
    metadata.authors = text("Core.UserId")
    metadata.sample.name = text("Sample.SampleId")
    metadata.sample.description = text("Sample.SampleDescription")
    metadata.instrument = instrument
    metadata.vendor = tree
    metadata.vendor.replace(["DataPath"], by: .text(object.path))
    return metadata
  }

  private func text(_ path: String) -> String? { tree[path: path]?.text.flatMap { $0.isEmpty ? nil : $0 } }

  /// A number that is known: microscopes report zero for what they do not know.
  private func positive(_ path: String) -> Double? {
    tree[path: path]?.numeric.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  private func finite(_ path: String) -> Double? { tree[path: path]?.numeric.flatMap { $0.isFinite ? $0 : nil } }

  private var instrument: Instrument {
    var instrument = Instrument()
    let names = [text("Instrument.InstrumentClass"), text("Instrument.InstrumentModel")].compactMap { $0 }
    let isRepeated = names.count == 2 && names[0] == names[1]
    if !names.isEmpty { instrument.microscope = isRepeated ? names[0] : names.joined(separator: " ") }
    instrument.beamEnergy = positive("Optics.AccelerationVoltage").map { $0 / 1000 }
    // A lifted screen shows a current of less than a picoampere.
    instrument.beamCurrent = [positive("Optics.LastMeasuredScreenCurrent"), positive("Optics.ScreenCurrent")]
      .compactMap { $0 }.first { $0 > 1e-12 }.map { $0 * 1e9 }
    instrument.convergenceAngle = positive("Optics.BeamConvergence").map { $0 * 1000 }
    instrument.cameraLength = positive("Optics.CameraLength").map { $0 * 1000 }
    instrument.magnification = custom("StemMagnification") ?? custom("TemMagnification")
    switch tree[path: "Optics.OperatingMode"]?.numeric {
    case 1: instrument.acquisitionMode = "TEM"
    case 2:
      instrument.acquisitionMode = "STEM"
      instrument.dwellTime = positive("Scan.DwellTime")
    default: break
    }
    // The file has radians and metres.
    instrument.tiltAlpha = finite("Stage.AlphaTilt").map { $0 * 180 / .pi }
    instrument.tiltBeta = finite("Stage.BetaTilt").map { $0 * 180 / .pi }
    instrument.stageX = finite("Stage.Position.x").map { $0 * 1000 }
    instrument.stageY = finite("Stage.Position.y").map { $0 * 1000 }
    instrument.stageZ = finite("Stage.Position.z").map { $0 * 1000 }
    if let detector = VeloxDetector(tree) {
      instrument.detector = detector.name
      instrument.detectorType = commercialName(detector.name)
    } else if let name = text("BinaryResult.Detector") {
      instrument.detector = name
      instrument.detectorType = VeloxDetector.segments(of: name, in: tree).first.flatMap { commercialName($0.name) }
    }
    return instrument
  }

  private func custom(_ name: String) -> Double? {
    tree["CustomProperties"]?[name]?["value"]?.numeric.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  private func commercialName(_ detector: String) -> String? {
    tree["CustomProperties"]?["Detectors[\(detector)].CommercialName"]?["value"]?.text
  }

  /// When the acquisition began, in universal time; nil where the file does not say.
  static func acquired(_ tree: MetadataTree) -> String? {
    let seconds = { (path: String) in tree[path: path]?.numeric.flatMap { $0 > 0 ? $0 : nil } }
    if let start = seconds("Acquisition.AcquisitionStartDatetime.DateTime") { return iso8601(start) }
    // Cameras stamp their images with microseconds.
    if case .dictionary(let properties)? = tree["CustomProperties"] {
      let stamps = properties.filter { $0.key.hasPrefix("Detectors[") && $0.key.hasSuffix("].TimeStamp") }
      if let stamp = stamps.values.compactMap({ $0["value"]?.numeric }).filter({ $0 > 0 }).min() { return iso8601(stamp / 1e6) }
    }
    return seconds("Acquisition.AcquisitionDatetime.DateTime").flatMap(iso8601)
  }

  private static func iso8601(_ seconds: Double) -> String? {
    guard seconds.isFinite, (0..<7_258_118_400).contains(seconds) else { return nil }
    var time = time_t(seconds.rounded(.down))
    var parts = unsafe tm()
    guard unsafe gmtime_r(&time, &parts) != nil else { return nil }
    return unsafe String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d+00:00", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday),
      Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }
}

extension VeloxFile {
  /// The elements that were chosen for the quantification of "EDS" or "EELS".
  func elements(_ kind: String) -> [String] {
    var places = [shared[path: "SharedProperties.\(kind)SpectrumQuantificationSettings"]]
    // Before version 11.
    if kind == "EDS" { places.append(shared[path: "Operations.ImageQuantificationOperation"]) }
    for case .dictionary(let settings)? in places {
      for (_, value) in settings.sorted(by: { $0.key < $1.key }) {
        guard case .list(let numbers)? = value["elementSelection"] else { continue }
        let symbols = numbers.compactMap { $0.numeric.flatMap { Int(exactly: $0) }.flatMap { Element(atomicNumber: $0)?.symbol } }
        if !symbols.isEmpty { return symbols }
      }
    }
    return []
  }
}
