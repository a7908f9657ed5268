/// Counts of a group of lines of an element, less what lies below them.
public struct LineIntensity: Hashable, Sendable, Codable {
  public var element: String
  /// "Ka", "La", "Ma"
  public var line: String
  public var netCounts: Double
  /// One standard deviation.
  public var error: Double
  /// The part of the photons that was counted elsewhere, in escape peaks.
  public var escaped = 0.0

  public init(element: String, line: String, netCounts: Double, error: Double, escaped: Double = 0) {
    self.element = element
    self.line = line
    self.netCounts = netCounts
    self.error = error
    self.escaped = escaped
  }
}
