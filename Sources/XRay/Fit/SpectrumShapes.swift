import Foundation
import LinearAlgebra

/// The shapes that a spectrum is made of, as rows over the channels, for one calibration.
struct SpectrumShapes: Sendable {
  let families: [LineFamily]
  let backgroundTerms: Int
  let detector: SiliconDriftDetector
  let film: ThinFilm?
  let beamEnergy: Double
  let channels: Range<Int>
  /// The part of each family's photons that each of its lines has, as they are counted; sums to 1.
  let ratios: [[Double]]

  init(
    _ families: [LineFamily], _ fit: SpectrumFit, channels: Range<Int>
  ) {
    self.families = families
    backgroundTerms = fit.backgroundTerms
    detector = fit.detector
    film = fit.film
    beamEnergy = fit.beamEnergy
    self.channels = channels
    ratios = families.map { family in
      let strengths = family.lines.map {
        $0.crossSection * fit.detector.efficiency(at: $0.energy) * (fit.film?.transmission(at: $0.energy) ?? 1)
      }
      let total = strengths.reduce(0, +)
      return strengths.map { total > 0 ? $0 / total : 0 }
    }
  }

  /// One row per family: counts in each channel of one photon that was counted.
  func lines(_ calibration: SpectrumCalibration) -> Matrix {
    var result = Matrix(zeros: families.count, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    for (row, family) in families.enumerated() {
      for (line, ratio) in zip(family.lines, ratios[row]) {
        shape.add(line.energy, weight: ratio, to: &result.values, at: row * channels.count)
      }
    }
    return result
  }

  /// One row per term of the bremsstrahlung, each of sum 1.
  ///
  /// b₀ (E₀−E)/(E₀E) (1 − (E₀−E)/E₀) and b₁ (E₀−E)²/(E₀²E) (Lifshin 1974), at the channels' centres; then b₁'s over E, and
  /// times E².
  func background(_ calibration: SpectrumCalibration) -> Matrix {
    var result = Matrix(zeros: backgroundTerms, channels.count)
    for (index, channel) in channels.enumerated() {
      let energy = calibration.energy(ofChannel: Double(channel))
      guard energy > 0.02, energy < beamEnergy else { continue }
      let left = (beamEnergy - energy) / beamEnergy
      let seen = detector.efficiency(at: energy) * (film?.transmission(at: energy) ?? 1)
      for term in 0..<backgroundTerms {
        let shape =
          switch term {
          case 0: left * (1 - left) / energy
          case 1: left * left / energy
          case 2: left * left / (energy * energy)
          default: left * left * energy
          }
        result.values[term * channels.count + index] = shape * seen
      }
    }
    return result.normalized()
  }

  /// Peaks of pulses that lack a photon of Si Kα, as many as silicon lets escape; one row.
  ///
  /// The part that escapes is that of Reed & Ware 1972, J. Phys. E 5, 582, for normal incidence.
  func escape(_ calibration: SpectrumCalibration, amounts: [Double]) -> Matrix {
    var result = Matrix(zeros: 1, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    for (row, family) in families.enumerated() where amounts[row] > 0 {
      for (line, ratio) in zip(family.lines, ratios[row]) where line.energy > 1.8389 {
        shape.add(line.energy - 1.740, weight: amounts[row] * ratio * Self.escaping(line.energy), to: &result.values)
      }
    }
    return result
  }

  static func escaping(_ energy: Double) -> Double {
    guard let silicon = MassAbsorption(of: "Si"), energy > 1.8389 else { return 0 }
    let ratio = silicon.coefficient(at: 1.740) / silicon.coefficient(at: energy)
    // Half of the K fluorescence goes outwards; 92 % of what silicon absorbs leaves a vacancy in the K shell.
    return 0.5 * 0.05 * 0.92 * (1 - ratio * log1p(1 / ratio))
  }

  /// Peaks of two photons that were counted as one, in the ratios of their products; one row of sum 1 where there are any.
  func sums(_ calibration: SpectrumCalibration, amounts: [Double]) -> Matrix {
    var strong: [(energy: Double, amount: Double)] = []
    for (row, family) in families.enumerated() {
      for (line, ratio) in zip(family.lines, ratios[row]) { strong.append((line.energy, amounts[row] * ratio)) }
    }
    strong = Array(strong.sorted { ($1.amount, $0.energy) < ($0.amount, $1.energy) }.prefix(16))
    var result = Matrix(zeros: 1, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    guard let largest = strong.first?.amount, largest > 0 else { return result }
    for first in strong.indices {
      for second in first..<strong.count {
        let weight = strong[first].amount / largest * strong[second].amount / largest * (first == second ? 1 : 2)
        shape.add(strong[first].energy + strong[second].energy, weight: weight, to: &result.values)
      }
    }
    return result.normalized()
  }

  /// How the lines change with the calibration, one row per parameter.
  func derivatives(
    _ calibration: SpectrumCalibration, amounts: [Double], _ parameters: [SpectrumCalibration.Parameter]
  ) -> Matrix {
    var result = Matrix(zeros: parameters.count, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    for (row, family) in families.enumerated() {
      for (line, ratio) in zip(family.lines, ratios[row]) {
        shape.addDerivatives(line.energy, weight: amounts[row] * ratio, to: &result.values, parameters)
      }
    }
    return result
  }
}

extension Matrix {
  /// Each row divided by its sum, where that is not 0.
  fileprivate func normalized() -> Matrix {
    var result = self
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let sum = values[range].reduce(0, +)
      guard sum > 0 else { continue }
      for index in range { result.values[index] /= sum }
    }
    return result
  }
}
