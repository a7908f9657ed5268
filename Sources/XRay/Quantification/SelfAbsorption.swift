import Foundation

/// What a film absorbs of the lines that tell what it is made of.
struct SelfAbsorption: Sendable {
  private let width: Int
  /// μ/ρ of each line's element (columns) for each line (rows), over the sine of the take-off angle; cm²/g.
  private let coefficients: [Double]
  private let massThickness: Double?
  /// g/cm² of film per unit of Σ κ I a; 0 where the factors do not tell it.
  private let thicknessUnit: Double

  /// Whether an iteration came to an end.
  enum Outcome: Equatable, Sendable {
    /// With the mass thickness of the film in g/cm², 0 where it is not known.
    case settled(massThickness: Double)
    case unsettled
    /// Through so much, in g/cm², no beam goes.
    case tooThick(massThickness: Double)
  }

  /// g/cm²: 20 µm of rock, of which no electrons come through.
  static let thickest = 0.01

  /// - Parameter electrons: of what is counted.
  init(_ quantification: Quantification, _ lines: [Quantification.Line], electrons: Double?) {
    width = lines.count
    massThickness = quantification.massThickness
    let sine = sin(quantification.takeOffAngle * .pi / 180)
    let absorbers = lines.map { MassAbsorption(of: $0.intensity.element) }
    coefficients = lines.flatMap { line in
      absorbers.map { ($0?.coefficient(at: line.energy) ?? 0) / sine }
    }
    // What the beam goes through of a tilted film is longer than it is thick.
    let part = cos(quantification.tilt * .pi / 180)
    thicknessUnit =
      switch (quantification.table.method, electrons) {
      // kg/m² → g/cm²; barns → cm².
      case (.zeta, .some(let electrons)) where electrons > 0: 0.1 * part / electrons
      case (.crossSection, .some(let electrons)) where electrons > 0: part / (electrons * 1e-24 * 6.022_140_76e23)
      default: 0
      }
  }

  /// Whether there is a film that absorbs.
  var isAbsorbing: Bool { massThickness.map { $0 > 0 } ?? (thicknessUnit > 0) }

  /// Iterates χ/(1 − e^−χ) of each line in the film of the composition that it leads to, until no part of it changes by more
  /// than 10⁻¹¹ of all.
  ///
  /// - Parameters:
  ///   - amounts: κ I of each line, not negative and not all 0.
  ///   - absorption: of each line; what the iteration begins with.
  func iterate(_ amounts: [Double], _ absorption: inout [Double]) -> Outcome {
    guard isAbsorbing else { return .settled(massThickness: 0) }
    var parts = amounts
    var total = 0.0
    for line in 0..<width {
      parts[line] = amounts[line] * absorption[line]
      total += parts[line]
    }
    for _ in 0..<2000 {
      let thickness = massThickness ?? (thicknessUnit * total)
      guard thickness < Self.thickest else { return .tooThick(massThickness: thickness) }
      let factor = thickness / total
      for line in 0..<width {
        var depth = 0.0
        for other in 0..<width { depth += coefficients[line * width + other] * parts[other] }
        absorption[line] = 1 / ThinFilm.transmission(depth: depth * factor)
      }
      var (next, change) = (0.0, 0.0)
      for line in 0..<width {
        let part = amounts[line] * absorption[line]
        change += abs(part - parts[line])
        parts[line] = part
        next += part
      }
      total = next
      if change < 1e-11 * total { return .settled(massThickness: massThickness ?? (thicknessUnit * total)) }
    }
    return .unsettled
  }
}
