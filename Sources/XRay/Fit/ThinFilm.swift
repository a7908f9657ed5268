import Foundation
import Microscopy

/// A film that X-rays leave towards a detector, generated at all depths alike.
public struct ThinFilm: Hashable, Sendable {
  /// The mass of an element among the mass of all.
  public struct Part: Hashable, Sendable {
    public var element: String
    public var weightFraction: Double

    public init(_ element: String, weightFraction: Double) {
      self.element = element
      self.weightFraction = weightFraction
    }
  }

  public let parts: [Part]
  /// Density times thickness, g/cm².
  public let massThickness: Double
  /// Degrees between the film and the line to the detector.
  public let takeOffAngle: Double
  private let absorbers: [Element?]

  public init(_ parts: [Part], massThickness: Double, takeOffAngle: Double) {
    self.parts = parts
    self.massThickness = massThickness
    self.takeOffAngle = takeOffAngle
    absorbers = parts.map { Element(symbol: $0.element) }
  }

  /// The photons of an energy in keV that leave the film: (1 − e^−χ)/χ with χ = (μ/ρ) ρt / sin(take-off angle).
  public func transmission(at energy: Double) -> Double {
    Self.transmission(depth: depth(at: energy))
  }

  /// χ, the attenuations that the whole film would be.
  public func depth(at energy: Double) -> Double {
    let coefficient = zip(parts, absorbers).reduce(0) { sum, part in
      sum + part.0.weightFraction * (part.1.flatMap { MassAbsorption(of: $0) }?.coefficient(at: energy) ?? 0)
    }
    return coefficient * massThickness / sin(takeOffAngle * .pi / 180)
  }

  static func transmission(depth: Double) -> Double {
    // The series keeps what the difference of nearly equal numbers would lose.
    depth < 1e-8 ? 1 - depth / 2 : -expm1(-depth) / depth
  }
}
