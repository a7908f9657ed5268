public import Microscopy

extension MineralMap {
  /// What a microscope would have written beside the map.
  public var metadata: MapMetadata {
    let detector = SiliconDriftDetector()
    var metadata = MapMetadata(
      title: "Simulated mineral assemblage",
      axes: [
        Axis(name: "y", size: settings.height, scale: settings.pixelSize, units: "nm", role: .navigation),
        Axis(name: "x", size: settings.width, scale: settings.pixelSize, units: "nm", role: .navigation),
        settings.energies,
      ],
      signalType: "EDS_TEM", quantity: "X-rays (Counts)")
    metadata.notes = "Simulated by lamella: the counts are Poisson deviates, and the truth is known."
    metadata.sample.name = "Bridgmanite with ferropericlase and Ca-perovskite"
    metadata.sample.elements = MineralPhase.bridgmanite.composition.parts.map(\.element)
    metadata.sample.thickness = settings.thickness
    metadata.sample.density = MineralPhase.bridgmanite.density
    metadata.instrument.microscope = "Simulated"
    metadata.instrument.acquisitionMode = "STEM"
    metadata.instrument.beamEnergy = settings.beamEnergy
    metadata.instrument.beamCurrent = MineralSettings.beamCurrent
    metadata.instrument.convergenceAngle = 12
    let frames = 46
    metadata.instrument.frames = frames
    // So long as the counts take.
    let time = electrons * 1.602_176_634e-19 / (MineralSettings.beamCurrent * 1e-9)
    metadata.instrument.dwellTime = time / Double(frames)
    metadata.instrument.liveTime = time * Double(settings.height * settings.width)
    metadata.instrument.realTime = metadata.instrument.liveTime
    metadata.instrument.detector = "Windowless silicon drift detector"
    metadata.instrument.energyResolution = detector.resolution
    metadata.instrument.elevationAngle = detector.takeOffAngle
    metadata.instrument.azimuthAngle = 0
    metadata.instrument.solidAngle = MineralSettings.solidAngle
    metadata.instrument.tiltAlpha = 0
    metadata.instrument.tiltBeta = 0
    return metadata
  }
}
