/// One calibrated axis of a map: the value at index i is `offset + scale · i`, in `units`.
public struct Axis: Codable, Hashable, Sendable {
  /// What an axis runs over: beam positions (or time, tilt …), or the channels or pixels of a detector.
  public enum Role: String, Codable, Hashable, Sendable { case navigation, signal }

  public var name: String
  public var size: Int
  public var scale: Double
  public var offset: Double
  /// As the field writes it: "nm", "keV", "eV", "1/nm", "s"; empty when unknown.
  public var units: String
  public var role: Role
  /// The values of a non-uniform axis, one per index; `scale` and `offset` are then 1 and 0.
  public var values: [Double]?

  public init(
    name: String, size: Int, scale: Double = 1, offset: Double = 0, units: String = "",
    role: Role, values: [Double]? = nil
  ) {
    self.name = name
    self.size = size
    self.scale = scale
    self.offset = offset
    self.units = units
    self.role = role
    self.values = values
  }

  /// The calibrated value at an index, which may lie outside the axis when it is uniform.
  public func value(at index: Int) -> Double {
    if let values { values[index] } else { offset + scale * Double(index) }
  }

  /// All calibrated values, in order.
  public var coordinates: [Double] { values ?? (0..<size).map { offset + scale * Double($0) } }
}
