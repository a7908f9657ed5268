/// What is known about a map besides its values: axes, sample, instrument, and the vendor's own tree.
public struct MapMetadata: Codable, Hashable, Sendable {
  public var title: String
  /// Slowest first (C order): navigation axes before signal axes.
  public var axes: [Axis]
  /// HyperSpy's word: "EDS_TEM", "EDS_SEM", "EELS", "electron_diffraction", "CL", or "" when unknown.
  public var signalType: String
  /// What the values are, with their unit: "X-rays (Counts)", "Electrons (Counts)", "Intensity"; empty when unknown.
  public var quantity: String
  /// Start of the acquisition, ISO 8601, with its zone where the vendor gave one: "2024-03-01T12:30:05+01:00".
  public var acquired: String?
  public var authors: String?
  public var notes: String?
  /// The name of the file this came from, without its folder.
  public var originalFile: String?
  public var sample: Sample
  public var instrument: Instrument
  /// HyperSpy's `metadata` tree, where the source had one; what the fields above say wins over it.
  public var hyperspy: MetadataTree
  /// The vendor's own metadata, complete.
  public var vendor: MetadataTree

  public init(title: String = "", axes: [Axis], signalType: String = "", quantity: String = "") {
    self.title = title
    self.axes = axes
    self.signalType = signalType
    self.quantity = quantity
    sample = Sample()
    instrument = Instrument()
    hyperspy = .empty
    vendor = .empty
  }

  /// The sizes of the axes, slowest first.
  public var shape: [Int] { axes.map(\.size) }
  public var navigationAxes: [Axis] { axes.filter { $0.role == .navigation } }
  public var signalAxes: [Axis] { axes.filter { $0.role == .signal } }
}

/// What was under the beam.
public struct Sample: Codable, Hashable, Sendable {
  public var name: String?
  public var description: String?
  /// Element symbols.
  public var elements: [String] = []
  /// nm
  public var thickness: Double?
  /// g/cm³
  public var density: Double?

  public init() {}
}

/// How the beam was made and what caught its traces; nil where unknown.
public struct Instrument: Codable, Hashable, Sendable {
  public var microscope: String?
  /// "TEM", "STEM", "SEM".
  public var acquisitionMode: String?
  /// keV
  public var beamEnergy: Double?
  /// nA
  public var beamCurrent: Double?
  /// mrad
  public var convergenceAngle: Double?
  /// mrad
  public var collectionAngle: Double?
  /// mm
  public var cameraLength: Double?
  public var magnification: Double?
  /// s, per beam position
  public var dwellTime: Double?
  /// s
  public var liveTime: Double?
  /// s
  public var realTime: Double?
  public var frames: Int?
  public var detector: String?
  /// The kind of detector: "SDD", "SuperX", "Si(Li)".
  public var detectorType: String?
  /// eV, full width at half maximum at Mn Kα
  public var energyResolution: Double?
  /// degrees
  public var azimuthAngle: Double?
  /// degrees
  public var elevationAngle: Double?
  /// sr
  public var solidAngle: Double?
  /// degrees
  public var tiltAlpha: Double?
  /// degrees
  public var tiltBeta: Double?
  /// mm
  public var stageX: Double?
  /// mm
  public var stageY: Double?
  /// mm
  public var stageZ: Double?
  /// degrees
  public var stageRotation: Double?
  /// mm
  public var workingDistance: Double?

  public init() {}
}
