import XRay

/// How much of a spectrum is one group of X-ray lines of an element.
struct LineStrength: Hashable {
  var element: String
  /// "Ka", "Lb"
  var group: String
  /// keV
  var energy: Double
  var netCounts: Double
  /// One standard deviation.
  var error: Double

  /// "Fe Kα"
  var label: String { "\(element) \(SiegbahnName.greek(group))" }

  /// The full width at half maximum of a peak, in keV, with a detector of 130 eV at Mn Kα: for labels that is near enough.
  static func width(at energy: Double) -> Double { detector.width(at: max(energy, 0.05)) }

  /// As much as one channel has at the peak's top.
  ///
  /// - Parameter step: a channel's width in keV.
  func height(step: Double) -> Double { netCounts * step / (1.0645 * Self.width(at: energy)) }

  private static let detector = SiliconDriftDetector()
}
