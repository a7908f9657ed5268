internal import Microscopy

/// A spectrum with what Bruker's programs note of its making: a file of its own, or the sum of a map.
struct BrukerSpectrum {
  let node: MetadataTree
  let counts: [UInt64]

  /// Nil when the node has no counts.
  init?(_ node: MetadataTree) {
    guard let counts = node.integers("Channels"), !counts.isEmpty else { return nil }
    self.node = node
    self.counts = counts
  }

  var name: String? { node.word("@Name") }
  private var header: MetadataTree { node.instance("TRTSpectrumHeader") ?? .empty }
  private var made: MetadataTree { node["TRTHeaderedClass"] ?? .empty }
  private var hardware: MetadataTree { made.instance("TRTSpectrumHardwareHeader") ?? .empty }
  private var detector: MetadataTree { made.instance("TRTDetectorHeader") ?? .empty }
  private var electrons: MetadataTree { made.instance("TRTESMAHeader") ?? .empty }
  private var tube: MetadataTree? { made.instance("TRTXrfHeader") }

  /// Whether X-rays, not electrons, excited it.
  var isFluorescence: Bool { tube != nil }

  /// keV: of the electrons, or what the X-ray tube is at.
  var beamEnergy: Double? {
    let energy = tube?.decimal("Voltage") ?? electrons.decimal("PrimaryEnergy")
    return energy.flatMap { $0 > 0 ? $0 : nil }
  }

  var acquired: String? { header.dateAndTime }

  func energyAxis(size: Int) -> Axis {
    let scale = header.decimal("CalibLin").flatMap { $0 != 0 ? $0 : nil }
    return Axis(
      name: "Energy", size: size, scale: scale ?? 1, offset: scale == nil ? 0 : header.decimal("CalibAbs") ?? 0,
      units: scale == nil ? "" : "keV", role: .signal)
  }

  /// Adds what is known of the detector and of the time it counted.
  func describe(_ instrument: inout Instrument) {
    instrument.beamEnergy = beamEnergy ?? instrument.beamEnergy
    instrument.detectorType = detector.word("Type")
    instrument.detector = detector.word("Type").map { type in
      detector.word("Serial").map { "\(type), serial number \($0)" } ?? type
    }
    // Of an X-ray source, the angle at which it shines on the sample is known besides; the detector's is wanted.
    instrument.elevationAngle = tube?.decimal("DetectionAngle") ?? electrons.decimal("ElevationAngle")
    instrument.azimuthAngle = electrons.decimal("AzimutAngle")
    instrument.energyResolution = resolution
    instrument.realTime = hardware.decimal("RealTime").map { $0 / 1000 }
    instrument.liveTime = hardware.decimal("LifeTime").map { $0 / 1000 }
    instrument.magnification = instrument.magnification ?? electrons.decimal("Magnification").flatMap { $0 > 0 ? $0 : nil }
    instrument.workingDistance =
      instrument.workingDistance ?? electrons.decimal("WorkingDistance").flatMap { $0 > 0 ? $0 : nil }
  }

  /// eV, full width at half maximum at Mn Kα: the variance of a line is `SigmaAbs + SigmaLin · E`, in keV².
  private var resolution: Double? {
    guard let constant = header.decimal("SigmaAbs"), let slope = header.decimal("SigmaLin") else { return nil }
    let variance = constant + slope * 5.8951
    return variance > 0 ? 2.354_820_045 * variance.squareRoot() * 1000 : nil
  }
}
