internal import Microscopy

/// What a simulated mineral map is made with; the same settings make the same map.
public struct MineralSettings: Codable, Hashable, Sendable {
  /// Pixels.
  public var height = 256
  public var width = 256
  /// They cover 0 to 20.48 keV.
  public var channels = 2048
  /// The mean over the pixels of the counts that are expected of each.
  public var counts = 160.0
  public var seed: UInt64 = 1
  /// nm
  public var pixelSize = 1.7
  /// nm
  public var thickness = 117.0
  /// keV
  public var beamEnergy = 200.0
  /// Whether the detector has escape peaks.
  public var escapePeaks = false
  /// Of the pulses that are counted, those that are two photons at once.
  public var pileUp = 0.0
  /// Which of the fields of view of the seed: another has other precipitates and other noise.
  public var field = 0
  /// Where the atomic data are from; nil in settings of versions that did not tell.
  public var tables: String? = EmissionLine.tables

  /// Volume fractions of ferropericlase and Ca-perovskite.
  static let precipitateFractions = [0.15, 0.03]
  static let energyRange = 20.48
  /// nA
  static let beamCurrent = 0.75
  /// sr
  static let solidAngle = 0.9
  /// Fields of view of a seed.
  public static let largestFieldCount = 64

  public init() {}

  /// Settings of older versions lack what they did not know.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    height = try values.decode(Int.self, forKey: .height)
    width = try values.decode(Int.self, forKey: .width)
    channels = try values.decode(Int.self, forKey: .channels)
    counts = try values.decode(Double.self, forKey: .counts)
    seed = try values.decode(UInt64.self, forKey: .seed)
    pixelSize = try values.decode(Double.self, forKey: .pixelSize)
    thickness = try values.decode(Double.self, forKey: .thickness)
    beamEnergy = try values.decodeIfPresent(Double.self, forKey: .beamEnergy) ?? 200
    escapePeaks = try values.decodeIfPresent(Bool.self, forKey: .escapePeaks) ?? false
    pileUp = try values.decodeIfPresent(Double.self, forKey: .pileUp) ?? 0
    field = try values.decodeIfPresent(Int.self, forKey: .field) ?? 0
    tables = try values.decodeIfPresent(String.self, forKey: .tables)
  }

  /// Why settings make no map.
  public struct Invalid: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  func validate() throws(Invalid) {
    func demand(_ holds: Bool, _ problem: @autoclosure () -> String) throws(Invalid) {
      if !holds { throw Invalid(description: problem()) }
    }
    try demand((1...65_536).contains(height), "a map of \(height) rows: it must have 1 to 65536")
    try demand((1...65_536).contains(width), "a map of \(width) columns: it must have 1 to 65536")
    try demand(
      (16...65_536).contains(channels), "spectra of \(channels) channels: they must have 16 to 65536")
    try demand(counts >= 0 && counts <= 1e7, "\(counts) counts per pixel: they must be 0 to 10 million")
    try demand(pixelSize > 0 && pixelSize.isFinite, "pixels of \(pixelSize) nm: they must be larger than 0")
    try demand(
      beamEnergy >= 1 && beamEnergy <= 1e6, "a beam of \(beamEnergy) keV: it must have 1 to a million")
    try demand(pileUp >= 0 && pileUp <= 0.5, "a pile-up of \(pileUp): it must be 0 to 0.5")
    try demand((0..<Self.largestFieldCount).contains(field), "field \(field): there are \(Self.largestFieldCount)")
    try demand(
      thickness > 0 && thickness.isFinite, "a thickness of \(thickness) nm: it must be larger than 0")
  }

  var spectrumModel: SpectrumModel {
    var model = SpectrumModel(energies: energies, thickness: thickness, beamEnergy: beamEnergy)
    model.hasEscapePeaks = escapePeaks
    model.pileUp = pileUp
    return model
  }

  /// The centres of the channels; the first channel begins at 0.
  var energies: Axis {
    let width = Self.energyRange / Double(channels)
    return Axis(name: "Energy", size: channels, scale: width, offset: width / 2, units: "keV", role: .signal)
  }
}
