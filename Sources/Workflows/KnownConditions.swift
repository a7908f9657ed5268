internal import Microscopy
internal import Store
public import XRay

/// What metadata tell of how the maps of a spectrum were taken: as far as a quantification uses it, and no option gives it.
///
/// It is kept with the parameters, so that a result can be made again after the metadata were changed.
public struct KnownConditions: Codable, Hashable, Sendable {
  /// HyperSpy's word for the kind of signal; that of scanning microscopes where maps differ.
  public var signalType: String?
  public var elements: [String]?
  /// keV
  public var beamEnergy: Double?
  public var geometry: DetectorGeometry?
  /// eV at Mn Kα
  public var energyResolution: Double?
  /// sr
  public var solidAngle: Double?
  /// Electrons per pixel of each map, and in words how they are known.
  public var doses: [Double]?
  public var doseSource: String?
  /// nm
  public var thickness: Double?
  /// g/cm³
  public var density: Double?
  /// Where the atomic data are from: "xraylib 4.1.3".
  public var tables: String?

  /// - Throws: `WorkflowError` where the maps of a series differ in what is used.
  init(of holder: any ResultHolder, for parameters: Quantify.Parameters) throws {
    let shared = try SharedMetadata(holder)
    tables = EmissionLine.tables
    signalType = shared.all.contains { $0.signalType == "EDS_SEM" } ? "EDS_SEM" : shared.all.first?.signalType
    if parameters.elements.isEmpty { elements = try shared.elements() }
    if parameters.beamEnergy == nil { beamEnergy = try shared.beamEnergy() }
    if parameters.takeOffAngle == nil {
      geometry = try shared.geometry(
        advice: "Take the maps one by one, or give one angle for all: lamella quantify --take-off DEGREES.")
    }
    energyResolution = try shared.energyResolution()
    let isAbsolute = parameters.method != .cliffLorimer
    if isAbsolute, parameters.factors == nil {
      solidAngle = try shared.number("the detector's solid angle", "sr", advice: "Take the maps one by one.") {
        $0.instrument.solidAngle
      }
    }
    if isAbsolute, parameters.dose == nil, let known = shared.doses { (doses, doseSource) = (known.electrons, known.source) }
    let film = "Take the maps one by one, or give one for all: lamella quantify --thickness NM --density G."
    // Counts and dose tell the mass thickness of each by themselves.
    let isMeasured = isAbsolute && (doses != nil || parameters.dose != nil) && (parameters.factors != nil || solidAngle != nil)
    if parameters.thickness == nil, !isMeasured || parameters.density != nil {
      thickness = try shared.number("thickness", "nm", advice: film) { $0.sample.thickness }
    }
    if parameters.density == nil { density = try shared.number("density", "g/cm³", advice: film) { $0.sample.density } }
  }

  func detector(_ entrance: DetectorEntrance?) -> SiliconDriftDetector {
    SiliconDriftDetector(resolution: energyResolution, geometry: geometry, entrance: entrance)
  }
}
