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

  /// Volume fractions of ferropericlase and Ca-perovskite.
  static let precipitateFractions = [0.15, 0.03]
  static let energyRange = 20.48

  public init() {}

  /// Why settings make no map.
  public struct Invalid: Error, CustomStringConvertible {
    public let description: String
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
      thickness > 0 && thickness.isFinite, "a thickness of \(thickness) nm: it must be larger than 0")
  }

  /// The centres of the channels; the first channel begins at 0.
  var energies: Axis {
    let width = Self.energyRange / Double(channels)
    return Axis(name: "Energy", size: channels, scale: width, offset: width / 2, units: "keV", role: .signal)
  }
}
