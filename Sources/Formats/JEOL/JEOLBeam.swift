internal import Microscopy

/// What every file of Analysis Station says of the microscope, under names of its own.
struct JEOLBeam {
  /// keV
  var energy: Double?
  /// nA
  var current: Double?
  var magnification: Double?
  /// mm
  var workingDistance: Double?
  var microscope: String?

  /// The files do not say of which kind their microscope is.
  var isScanningMicroscope: Bool { Instrument.isScanningMicroscope(beamEnergy: energy ?? 0) }

  var signalType: String { isScanningMicroscope ? "EDS_SEM" : "EDS_TEM" }

  func instrument(isScanned: Bool) -> Instrument {
    var instrument = Instrument()
    instrument.microscope = microscope.flatMap { $0.isEmpty ? nil : $0 }
    instrument.acquisitionMode = isScanningMicroscope ? "SEM" : isScanned ? "STEM" : "TEM"
    instrument.beamEnergy = energy.flatMap(Self.positive)
    instrument.beamCurrent = current.flatMap(Self.positive)
    instrument.magnification = magnification.flatMap(Self.positive)
    instrument.workingDistance = workingDistance.flatMap(Self.positive)
    return instrument
  }

  static func positive(_ value: Double) -> Double? { value.isFinite && value > 0 ? JEOLText.shortest(value) : nil }

  /// µm, the extent of the field of view.
  ///
  /// - Parameter scanSize: mm, the extent of the screen that the magnification refers to.
  static func micrometres(scanSize: Double?, magnification: Double?) -> Double? {
    guard let scanSize, let magnification, scanSize.isFinite, magnification.isFinite, scanSize > 0, magnification > 0
    else { return nil }
    return scanSize / magnification * 1e3
  }
}
