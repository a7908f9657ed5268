import Foundation
internal import Microscopy

/// How the ionisation cross-sections of inner shells are evaluated.
public enum IonizationModel: String, Codable, CaseIterable, Sendable {
  /// The fits of Bote, Salvat, Jablonski & Powell 2009, as published: within about 1 % of their calculations.
  case boteSalvat = "bote-salvat"
  /// The same fits as the programs emtables and espm evaluate them at more than 16 times the edge, with (1−β²)^(−1/4) for
  /// (1−β²)^(1/4): to compare with results made with these. At 200 kV it is 5 % less for the K shell of iron, 10 % less for
  /// L2 of samarium; it steps at 16 times the edge and turns negative at high energies.
  case emtables

  /// What is used where nothing else is asked for: emtables' values are those that published factors of the field, and the programs
  /// beside which results are laid, have been made with.
  public static let usual = IonizationModel.emtables

  var exponent: Double { self == .boteSalvat ? 0.25 : -0.25 }
}

/// The cross-section for ionisation of a subshell by an electron, as an analytical fit.
///
/// Bote, Salvat, Jablonski & Powell 2009, At. Data Nucl. Data Tables 95, 871, for K, L and M shells of
/// H to Es, from the edge to 1 GeV. With U = E/edge, the parameters a, g, A and b of the subshell, and X = p/mc:
///
///     U ≤ 16:  σ = 4πa₀² (U−1)/U² [a₁ + a₂U + a₃/(1+U) + a₄/(1+U)³ + a₅/(1+U)⁵]²
///     U > 16:  σ = 4πa₀² U/(U+b) A/β² {[ln X² − β²](1 + g₁/X) + g₂ + g₃(1−β²)^(1/4) + g₄/X}
struct IonizationFit: Sendable {
  /// eV
  let edge: Double
  private let scale: Double
  private let offset: Double
  private let high: [Double]
  private let low: [Double]

  /// cm² at a beam energy in keV; 0 up to the edge.
  func crossSection(at beamEnergy: Double, model: IonizationModel = .usual) -> Double {
    let energy = beamEnergy * 1e3
    let overvoltage = energy / edge
    guard overvoltage > 1, overvoltage.isFinite else { return 0 }
    return Self.area * (overvoltage <= 16 ? nearEdge(overvoltage) : farAbove(overvoltage, energy, model.exponent))
  }

  func nearEdge(_ overvoltage: Double) -> Double {
    let inverse = 1 / (1 + overvoltage)
    let cubed = inverse * inverse * inverse
    let sum = low[0] + low[1] * overvoltage + low[2] * inverse + low[3] * cubed + low[4] * cubed * inverse * inverse
    return (overvoltage - 1) * (sum / overvoltage) * (sum / overvoltage)
  }

  func farAbove(_ overvoltage: Double, _ energy: Double, _ exponent: Double) -> Double {
    let total = energy + Self.restEnergy
    let square = energy * (energy + 2 * Self.restEnergy)
    let beta = square / (total * total)
    let momentum = square.squareRoot() / Self.restEnergy
    let growth = (2 * log(momentum) - beta) * (1 + high[0] / momentum)
    let bracket = growth + high[1] + high[2] * pow(1 - beta, exponent) + high[3] / momentum
    return scale / beta * overvoltage / (overvoltage + offset) * bracket
  }

  /// 4πa₀² in cm².
  static let area = 4 * Double.pi * 5.291_772_108e-9 * 5.291_772_108e-9
  /// eV
  static let restEnergy = 5.109_989_18e5

  /// The fit of a subshell; nil where the authors give none.
  static func of(_ element: Element, _ shell: Subshell) -> IonizationFit? { table[element.symbol]?[shell.description] }

  static let table: [String: [String: IonizationFit]] = {
    var table: [String: [String: IonizationFit]] = [:]
    for row in tableText.split(separator: "\n").dropFirst() {
      let fields = row.split(separator: ",")
      let numbers = fields.dropFirst(2).compactMap { Double($0) }
      guard fields.count == 14, numbers.count == 12 else { continue }
      table[String(fields[0]), default: [:]][String(fields[1])] = IonizationFit(
        edge: numbers[0], scale: numbers[1], offset: numbers[2], high: Array(numbers[3..<7]), low: Array(numbers[7...]))
    }
    return table
  }()
}
