/// An axis as a user describes it: a name, and a calibration where it is known.
public struct AxisDescription: Codable, Hashable, Sendable {
  public var name: String
  public var scale: Double?
  public var offset: Double?
  public var units: String?

  public init(name: String, scale: Double? = nil, offset: Double? = nil, units: String? = nil) {
    self.name = name
    self.scale = scale
    self.offset = offset
    self.units = units
  }

  /// From "name", "name:scale", "name:scale:units" or "name:scale:units:offset"; nil when the text has another form.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...4).contains(parts.count), !parts[0].isEmpty else { return nil }
    self.init(name: parts[0])
    if parts.count > 1 {
      guard let scale = Double(parts[1]), scale.isFinite, scale != 0 else { return nil }
      self.scale = scale
    }
    if parts.count > 2 { units = parts[2] }
    if parts.count > 3 {
      guard let offset = Double(parts[3]), offset.isFinite else { return nil }
      self.offset = offset
    }
  }

  /// Whether the name is one that the field gives to what a detector resolves: energy, or reciprocal space.
  public var namesSignal: Bool {
    let signalNames: Set = [
      "e", "energy", "energy-loss", "energy_loss", "energy loss", "eloss", "channel", "channels", "wavelength",
      "kx", "ky", "qx", "qy", "dkx", "dky", "u", "v", "two-theta", "2theta",
    ]
    return signalNames.contains(name.lowercased())
  }
}
