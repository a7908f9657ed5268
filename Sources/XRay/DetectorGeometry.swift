import Foundation

/// How a detector stands to a film that may be tilted; all in degrees.
public struct DetectorGeometry: Codable, Hashable, Sendable {
  /// Between the plane across the beam and the line to the detector; below 0 for one behind the film.
  public var elevation: Double
  /// About the beam from the direction that a positive alpha tilt turns the film towards; nil where it is not known.
  public var azimuth: Double?
  /// Of the stage.
  public var alpha: Double
  public var beta: Double

  public init(elevation: Double, azimuth: Double? = nil, alpha: Double = 0, beta: Double = 0) {
    (self.elevation, self.azimuth, self.alpha, self.beta) = (elevation, azimuth, alpha, beta)
  }

  /// Whether the stage is tilted, but nothing tells whether to the detector or away from it.
  public var ignoresTilt: Bool { azimuth == nil && (alpha != 0 || beta != 0) }

  /// Degrees between the film and the line to the detector; nil where the numbers make no sense or the film is seen edge-on.
  ///
  /// sin(take-off) = sin α cos β cos φ cos θ + sin β sin φ cos θ + cos α cos β sin θ with the azimuth φ and the elevation θ, as
  /// exSpy has it. Photons leave a thin film by both its faces, so that its sign does not matter. Without an azimuth the
  /// elevation is taken as if nothing was tilted.
  public var takeOffAngle: Double? {
    guard elevation.isFinite, abs(elevation) <= 90, alpha.isFinite, beta.isFinite, elevation > -90 else { return nil }
    let unit = Double.pi / 180
    let (theta, phi) = (elevation * unit, (azimuth ?? 0) * unit)
    let (a, b) = ignoresTilt ? (0, 0) : (alpha * unit, beta * unit)
    let sine = (sin(a) * cos(b) * cos(phi) + sin(b) * sin(phi)) * cos(theta) + cos(a) * cos(b) * sin(theta)
    let angle = asin(min(abs(sine), 1)) / unit
    // An elevation of 0 is none that was told.
    return elevation != 0 && angle >= 0.5 ? angle : nil
  }

  /// Degrees between the beam and the film's normal.
  public var tilt: Double { acos(min(max(cos(alpha * .pi / 180) * cos(beta * .pi / 180), -1), 1)) * 180 / .pi }
}
