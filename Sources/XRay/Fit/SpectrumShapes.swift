import Foundation
import LinearAlgebra

/// The shapes that a spectrum is made of, as rows over the channels, for one calibration.
struct SpectrumShapes: Sendable {
  private(set) var families: [ElementLines]
  let backgroundTerms: Int
  let detector: SiliconDriftDetector
  let film: ThinFilm?
  let beamEnergy: Double
  let channels: Range<Int>
  /// The part of each family's photons that each of its lines has, as they are counted; sums to 1.
  private(set) var ratios: [[Double]]
  /// What of the photons of each channel's energy is counted, for a calibration.
  private var seen: (calibration: SpectrumCalibration, values: [Double])?

  init(
    _ families: [ElementLines], _ fit: SpectrumFit, channels: Range<Int>
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

  /// Only the families that have more than a two-hundredth of their counts in the channels.
  func visible(_ calibration: SpectrumCalibration) -> SpectrumShapes {
    let all = lines(calibration)
    let kept = families.indices.filter { row in
      all.values[row * channels.count..<(row + 1) * channels.count].reduce(0, +) > 0.005
    }
    var result = self
    result.families = kept.map { families[$0] }
    result.ratios = kept.map { ratios[$0] }
    return result
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
  mutating func background(_ calibration: SpectrumCalibration) -> Matrix {
    let seen = seen(calibration)
    var result = Matrix(zeros: backgroundTerms, channels.count)
    for (index, channel) in channels.enumerated() {
      let energy = calibration.energy(ofChannel: Double(channel))
      guard energy > 0.02, energy < beamEnergy else { continue }
      let left = (beamEnergy - energy) / beamEnergy
      for term in 0..<backgroundTerms {
        let shape =
          switch term {
          case 0: left * (1 - left) / energy
          case 1: left * left / energy
          case 2: left * left / (energy * energy)
          default: left * left * energy
          }
        result.values[term * channels.count + index] = shape * seen[index]
      }
    }
    return result.normalized()
  }

  /// Computed again where energies moved by more than half an electronvolt, since edges are sharp.
  private mutating func seen(_ calibration: SpectrumCalibration) -> [Double] {
    if let seen {
      let ends = [Double(channels.lowerBound), Double(channels.upperBound)]
      let moved = ends.map { abs(seen.calibration.energy(ofChannel: $0) - calibration.energy(ofChannel: $0)) }
      if moved.allSatisfy({ $0 < 5e-4 }) { return seen.values }
    }
    let values = channels.map { channel -> Double in
      let energy = calibration.energy(ofChannel: Double(channel))
      guard energy > 0.02, energy < beamEnergy else { return 0 }
      return detector.efficiency(at: energy) * (film?.transmission(at: energy) ?? 1)
    }
    seen = (calibration, values)
    return values
  }

  /// Peaks of pulses that lack a photon of Si Kα, as many as silicon lets escape; one row.
  func escape(_ calibration: SpectrumCalibration, amounts: [Double]) -> Matrix {
    var result = Matrix(zeros: 1, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    for (row, family) in families.enumerated() where amounts[row] > 0 {
      for (line, ratio) in zip(family.lines, ratios[row]) where line.energy > SiliconEscape.energy {
        let weight = amounts[row] * ratio * detector.escape(at: line.energy)
        shape.add(line.energy - SiliconEscape.energy, weight: weight, to: &result.values)
      }
    }
    return result
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
