import Foundation

/// How strongly an element absorbs X-rays: its mass absorption coefficient against energy.
public struct MassAbsorption: Sendable {
  private let logEnergies: [Double]
  private let logCoefficients: [Double]

  /// The coefficients of an element, or nil where there are no data.
  public init?(of element: String) {
    guard let absorption = Self.table[element] else { return nil }
    self = absorption
  }

  private init(_ nodes: [(energy: Double, coefficient: Double)]) {
    logEnergies = nodes.map { log($0.energy) }
    logCoefficients = nodes.map { log($0.coefficient) }
  }

  /// μ/ρ in cm²/g at an energy in keV: within 2 % of the source between 0.1 and 25 keV, extrapolated outside.
  public func coefficient(at energy: Double) -> Double {
    let x = log(energy)
    var upper = 1
    while upper < logEnergies.count - 1, logEnergies[upper] < x { upper += 1 }
    let lower = upper - 1
    let position = (x - logEnergies[lower]) / (logEnergies[upper] - logEnergies[lower])
    return exp(logCoefficients[lower] + position * (logCoefficients[upper] - logCoefficients[lower]))
  }

  private static let table: [String: MassAbsorption] = {
    var nodes: [String: [(Double, Double)]] = [:]
    for row in tableText.split(separator: "\n") {
      let fields = row.split(separator: ",")
      guard fields.count == 3, let energy = Double(fields[1]), let coefficient = Double(fields[2]) else {
        continue
      }
      nodes[String(fields[0]), default: []].append((energy, coefficient))
    }
    return nodes.mapValues { MassAbsorption($0) }
  }()
}
