public import Microscopy

/// How strongly an element absorbs X-rays: its mass absorption coefficient against energy.
///
/// From EPDL97 (Cullen, Hubbell & Kissel 1997, UCRL-50400 vol. 6) as in xraylib: photoelectric absorption and scattering.
public struct MassAbsorption: Sendable {
  public let element: Element

  /// The coefficients of an element, or nil where there are no data.
  public init?(of element: String) {
    guard let element = Element(symbol: element) else { return nil }
    self.init(of: element)
  }

  public init?(of element: Element) {
    guard element.atomicNumber <= 98 else { return nil }
    self.element = element
  }

  /// μ/ρ in cm²/g at an energy in keV; at the ends of the table, 0.1 and 800 keV, for energies beyond.
  public func coefficient(at energy: Double) -> Double {
    AtomicTables.massAbsorption(element, at: min(max(energy, 0.1), 800))
  }
}
