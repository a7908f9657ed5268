extension Instrument {
  /// Whether a beam of an energy in keV is that of a scanning electron microscope, where a file does not say what made it.
  public static func isScanningMicroscope(beamEnergy: Double) -> Bool { beamEnergy <= 30 }

  /// A number that is known about the instrument, as people name it.
  public struct Quantity: Sendable {
    public let name: String
    /// The unit of the number; empty for one without.
    public let units: String
    public let value: @Sendable (Instrument) -> Double?

    init(_ name: String, _ units: String, _ key: any KeyPath<Instrument, Double?> & Sendable) {
      self.name = name
      self.units = units
      value = { $0[keyPath: key] }
    }
  }

  /// Everything that is a number, from the source of the beam to the stage.
  public static let quantities: [Quantity] = [
    .init("beam energy", "keV", \.beamEnergy),
    .init("beam current", "nA", \.beamCurrent),
    .init("convergence angle", "mrad", \.convergenceAngle),
    .init("collection angle", "mrad", \.collectionAngle),
    .init("camera length", "mm", \.cameraLength),
    .init("magnification", "", \.magnification),
    .init("working distance", "mm", \.workingDistance),
    .init("dwell time", "s", \.dwellTime),
    .init("live time", "s", \.liveTime),
    .init("real time", "s", \.realTime),
    .init("energy resolution", "eV", \.energyResolution),
    .init("azimuth angle", "°", \.azimuthAngle),
    .init("elevation angle", "°", \.elevationAngle),
    .init("solid angle", "sr", \.solidAngle),
    .init("tilt alpha", "°", \.tiltAlpha),
    .init("tilt beta", "°", \.tiltBeta),
    .init("stage x", "mm", \.stageX),
    .init("stage y", "mm", \.stageY),
    .init("stage z", "mm", \.stageZ),
    .init("stage rotation", "°", \.stageRotation),
  ]
}
