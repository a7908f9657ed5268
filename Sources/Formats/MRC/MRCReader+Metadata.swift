internal import Foundation
internal import Microscopy

extension MRCHeader {
  /// The header under the names of its description.
  var tree: MetadataTree {
    func integers(_ values: [Int]) -> MetadataTree { .list(values.map { .integer(Int64($0)) }) }
    func reals(_ values: [Double]) -> MetadataTree { .list(values.map(MetadataTree.real)) }
    return [
      "NX, NY, NZ": integers(extents), "MODE": .integer(Int64(mode)), "NSTART": integers(starts),
      "MX, MY, MZ": integers(intervals),
      "CELLA": reals(cell), "MAPC, MAPR, MAPS": integers(order.map { $0 + 1 }), "DMIN, DMAX, DMEAN": reals(statistics),
      "ISPG": .integer(Int64(spaceGroup)), "NSYMBT": .integer(Int64(extendedSize)), "EXTTYP": .text(extendedKind),
      "NVERSION": .integer(Int64(version)), "ORIGIN": reals(origin), "LABELS": .list(labels.map(MetadataTree.text)),
      "byte order": .text(byteOrder.rawValue),
      "header": .text(bytes.prefix(224).map { String(format: "%02x", $0) }.joined()),
    ]
  }
}

extension FEIRecord {
  func describe(_ metadata: inout MapMetadata) {
    let known = { (name: String) in number(name).flatMap { $0 > 0 ? $0 : nil } }
    var instrument = metadata.instrument
    instrument.beamEnergy = known("HT").map { $0 / 1000 } ?? instrument.beamEnergy
    instrument.microscope = text("Microscope type") ?? instrument.microscope
    switch number("Instrument mode") {
    case 1: instrument.acquisitionMode = "TEM"
    case 2: instrument.acquisitionMode = "STEM"
    default: break
    }
    instrument.magnification = known("Magnification") ?? instrument.magnification
    instrument.cameraLength = known("Camera length").map { $0 * 1000 } ?? instrument.cameraLength
    instrument.convergenceAngle = known("Convergence angle").map { $0 * 1000 }
    instrument.tiltAlpha = number("Alpha tilt")
    instrument.tiltBeta = number("Beta tilt")
    instrument.stageX = number("X-Stage").map { $0 * 1000 }
    instrument.stageY = number("Y-Stage").map { $0 * 1000 }
    instrument.stageZ = number("Z-Stage").map { $0 * 1000 }
    instrument.dwellTime = known("Dwell time")
    instrument.detector =
      text("STEM Detector name") ?? text("Camera name") ?? text("Detector commercial name") ?? instrument.detector
    metadata.instrument = instrument
    if let exposure = known("Integration time") {
      metadata.hyperspy.replace(["Acquisition_instrument", "TEM", "Detector", "Camera", "exposure"], by: .real(exposure))
    }
    // Days since the end of 1899, of a clock whose zone is not told.
    if let days = known("Timestamp"), (20_000..<100_000).contains(days) {
      metadata.acquired = String(
        ClockDate.iso8601(Int(((days - 25_569) * 86_400).rounded())).prefix { $0 != "+" })
    }
  }
}

extension MRCExtension {
  /// What the first section of a header that is not FEI's says.
  func describe(_ metadata: inout MapMetadata) {
    guard let first = records.first else { return }
    let number = { (name: String) in first[name]?.number.flatMap { $0.isFinite && $0 != 0 ? $0 : nil } }
    switch kind {
    case .fei: break
    case .agard:
      // Lengths are in metres, or all in micrometres, as those of older programs are: no stage goes farther than 5 mm.
      let places = ["x_stage", "y_stage", "z_stage"].compactMap(number)
      let factor = places.contains { abs($0) > 5e-3 } ? 1e-3 : 1e3
      let stage = { (name: String) in number(name).map { $0 * factor } }
      metadata.instrument.beamEnergy = number("ht").flatMap { $0 > 0 ? $0 / 1000 : nil }
      metadata.instrument.tiltAlpha = tilts == nil ? number("a_tilt") : nil
      metadata.instrument.tiltBeta = number("b_tilt")
      metadata.instrument.stageX = stage("x_stage")
      metadata.instrument.stageY = stage("y_stage")
      metadata.instrument.stageZ = stage("z_stage")
      metadata.instrument.magnification = number("magnification")
      if let exposure = number("exp_time") {
        metadata.hyperspy.replace(["Acquisition_instrument", "TEM", "Detector", "Camera", "exposure"], by: .real(exposure))
      }
    case .serial:
      metadata.instrument.tiltAlpha = tilts == nil ? first["tilt"]?.number : nil
      metadata.instrument.stageX = number("stage x (µm)").map { $0 * 1e-3 }
      metadata.instrument.stageY = number("stage y (µm)").map { $0 * 1e-3 }
      metadata.instrument.magnification = number("magnification")
    }
  }
}

extension DirectElectronInfo {
  /// Gives an image beside a movie its pixels: those of the scan, or those of the camera.
  func calibrate(_ layout: inout Layout, _ extents: [Int], isCamera: Bool) {
    guard layout.axes.count == 2, layout.axes.allSatisfy({ $0.units.isEmpty }) else { return }
    if isCamera, isDiffracting {
      layout.axes = [patternAxis("ky", extents[1]), patternAxis("kx", extents[0])]
      if layout.axes.allSatisfy({ !$0.units.isEmpty }) { layout.notes = [] }
    } else if isScan, let size = scanSize, size.rows == extents[1], size.columns == extents[0] {
      layout.axes = [specimenAxis("y", extents[1], .signal), specimenAxis("x", extents[0], .signal)]
      if layout.axes.allSatisfy({ !$0.units.isEmpty }) { layout.notes = [] }
    }
  }

  func describe(_ metadata: inout MapMetadata) {
    var instrument = Instrument()
    instrument.beamEnergy = positive("Instrument Accelerating Voltage (V)").map { $0 / 1000 }
    instrument.magnification = positive("Instrument Project Magnification")
    instrument.cameraLength = positive("Instrument Project Camera Length (centimeters)").map { $0 * 10 }
    instrument.detector = settings["Camera Model"] ?? settings["Camera Name"]
    instrument.acquisitionMode = isSTEM ? "STEM" : number("Instrument Project TEMorSTEM Mode") == 0 ? "TEM" : nil
    if isScan { instrument.dwellTime = positive("Scan - Dwell Time (microseconds)").map { $0 * 1e-6 } }
    metadata.instrument = instrument
    let time = positive("Timestamp (seconds since Epoch)").flatMap { Int(exactly: $0.rounded()) }
    if let local = settings["Local time"].flatMap({ ClockDate($0) }) {
      metadata.acquired = local.iso8601(universal: time)
    } else if let time, time < 1 << 33 {
      metadata.acquired = ClockDate.iso8601(time)
    }
    let camera = ["Acquisition_instrument", "TEM", "Detector", "Camera"]
    if let exposure = positive("Exposure Time (seconds)") {
      metadata.hyperspy.replace(camera + ["exposure"], by: .real(exposure))
    }
    if let rate = positive("Frames Per Second") { metadata.hyperspy.replace(camera + ["frames_per_second"], by: .real(rate)) }
    if let gain = positive("ADUs Per Electron Bin1x") ?? positive("ADUs Per Electron") {
      metadata.hyperspy.replace(["Signal", "Noise_properties", "Variance_linear_model", "gain_factor"], by: .real(gain))
    }
  }

  /// All settings, and where the beam was.
  var tree: MetadataTree {
    var entries = settings.mapValues { MetadataTree.value(written: $0) }
    if let positions {
      entries["scan_coordinates"] = .list(
        positions.prefix(65_536).map { .list([.integer(Int64($0.x)), .integer(Int64($0.y))]) })
    }
    return .dictionary(entries)
  }
}
