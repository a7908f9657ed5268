internal import Microscopy

/// Where a number about the instrument or the sample lives in the three trees: our value, NeXus, HyperSpy.
struct InstrumentField: Sendable {
  /// The group below the map, "/"-separated, and the dataset in it.
  var group: String
  var name: String
  var units: String
  /// Below `Acquisition_instrument.TEM` or `.SEM`, in the same unit; nil where HyperSpy has no place.
  var hyperspy: String?
  var get: @Sendable (MapMetadata) -> Double?
  var set: @Sendable (inout MapMetadata, Double?) -> Void

  init(
    _ key: any WritableKeyPath<Instrument, Double?> & Sendable, _ group: String, _ name: String, _ units: String,
    hyperspy: String? = nil
  ) {
    self.group = group
    self.name = name
    self.units = units
    self.hyperspy = hyperspy
    get = { $0.instrument[keyPath: key] }
    set = { $0.instrument[keyPath: key] = $1 }
  }

  static let all: [InstrumentField] = [
    .init(\.beamEnergy, "instrument/source", "energy", "keV", hyperspy: "beam_energy"),
    .init(\.beamCurrent, "instrument/source", "current", "nA", hyperspy: "beam_current"),
    .init(\.convergenceAngle, "instrument/beam", "convergence_angle", "mrad", hyperspy: "convergence_angle"),
    .init(\.collectionAngle, "instrument/detector", "collection_angle", "mrad", hyperspy: "Detector.EELS.collection_angle"),
    .init(\.cameraLength, "instrument/detector", "camera_length", "mm", hyperspy: "camera_length"),
    .init(\.magnification, "instrument/beam", "magnification", "", hyperspy: "magnification"),
    .init(\.dwellTime, "instrument/detector", "count_time", "s", hyperspy: "dwell_time"),
    .init(\.liveTime, "instrument/detector", "live_time", "s", hyperspy: "Detector.EDS.live_time"),
    .init(\.realTime, "instrument/detector", "real_time", "s", hyperspy: "Detector.EDS.real_time"),
    .init(\.energyResolution, "instrument/detector", "energy_resolution", "eV", hyperspy: "Detector.EDS.energy_resolution_MnKa"),
    .init(\.azimuthAngle, "instrument/detector", "azimuthal_angle", "deg", hyperspy: "Detector.EDS.azimuth_angle"),
    .init(\.elevationAngle, "instrument/detector", "elevation_angle", "deg", hyperspy: "Detector.EDS.elevation_angle"),
    .init(\.solidAngle, "instrument/detector", "solid_angle", "sr"),
    .init(\.tiltAlpha, "instrument/stage", "tilt_alpha", "deg", hyperspy: "Stage.tilt_alpha"),
    .init(\.tiltBeta, "instrument/stage", "tilt_beta", "deg", hyperspy: "Stage.tilt_beta"),
    .init(\.stageX, "instrument/stage", "x", "mm", hyperspy: "Stage.x"),
    .init(\.stageY, "instrument/stage", "y", "mm", hyperspy: "Stage.y"),
    .init(\.stageZ, "instrument/stage", "z", "mm", hyperspy: "Stage.z"),
    .init(\.stageRotation, "instrument/stage", "rotation", "deg", hyperspy: "Stage.rotation"),
    .init(\.workingDistance, "instrument/beam", "working_distance", "mm", hyperspy: "working_distance"),
  ]

  /// NeXus classes of the groups that the fields live in, parents first.
  static let groups: [(path: String, nexusClass: String)] = [
    ("sample", "NXsample"), ("instrument", "NXinstrument"), ("instrument/source", "NXsource"),
    ("instrument/beam", "NXbeam"), ("instrument/detector", "NXdetector"), ("instrument/stage", "NXpositioner"),
  ]
}
