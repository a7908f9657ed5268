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
  /// cm² of each line, as it leaves the film and is counted.
  private(set) var strengths: [[Double]]
  /// What of the photons of each channel's energy is counted, for a calibration.
  private var seen: (calibration: SpectrumCalibration, values: [Double])?

  init(
    _ families: [ElementLines], _ fit: SpectrumFit, channels: Range<Int>
  ) {
    self.families = families
    backgroundTerms = fit.backgroundTerms ?? 2
    detector = fit.detector
    film = fit.film
    beamEnergy = fit.beamEnergy
    self.channels = channels
    strengths = families.map { family in
      family.lines.map {
        $0.crossSection * fit.detector.efficiency(at: $0.energy) * (fit.film?.transmission(at: $0.energy) ?? 1)
      }
    }
    ratios = strengths.map { strengths in
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
    result.strengths = kept.map { strengths[$0] }
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
  /// Two terms are b₀ (E₀−E)/(E₀E) (1 − (E₀−E)/E₀) and b₁ (E₀−E)²/(E₀²E) (Lifshin 1974) at the channels' centres, absorbed and
  /// detected. More are the second with quadratic B-splines over ln E, which let it bend between one energy and the next.
  mutating func background(_ calibration: SpectrumCalibration) -> Matrix {
    let seen = seen(calibration)
    var result = Matrix(zeros: backgroundTerms, channels.count)
    let ends = [channels.lowerBound, channels.upperBound - 1].map { max(calibration.energy(ofChannel: Double($0)), 0.02) }
    let spacing = log(ends[1] / ends[0]) / Double(max(backgroundTerms - 2, 1))
    for (index, channel) in channels.enumerated() {
      let energy = calibration.energy(ofChannel: Double(channel))
      guard energy > 0.02, energy < beamEnergy else { continue }
      let left = (beamEnergy - energy) / beamEnergy
      let kramers = left * left / energy * seen[index]
      guard backgroundTerms > 2 else {
        result.values[index] = left * (1 - left) / energy * seen[index]
        result.values[channels.count + index] = kramers
        continue
      }
      let place = log(energy / ends[0]) / spacing
      for term in 0..<backgroundTerms {
        result.values[term * channels.count + index] = kramers * Self.spline(place - Double(term) + 0.5)
      }
    }
    return result.normalized()
  }

  /// The quadratic B-spline about 0, of unit spacing.
  private static func spline(_ x: Double) -> Double {
    let distance = abs(x)
    if distance <= 0.5 { return 0.75 - distance * distance }
    return distance < 1.5 ? 0.5 * (1.5 - distance) * (1.5 - distance) : 0
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

  /// Pulses that lack a photon of Si Kα, as many as silicon lets escape; one row.
  ///
  /// What escapes of lines and bremsstrahlung is missing where it came from already: the amounts are those of what is left.
  func escape(_ calibration: SpectrumCalibration, _ amounts: [Double], background: [Double]) -> Matrix {
    var result = Matrix(zeros: 1, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    for (row, family) in families.enumerated() where amounts[row] > 0 {
      for (line, ratio) in zip(family.lines, ratios[row]) where line.energy > SiliconEscape.energy {
        let weight = amounts[row] * ratio * Self.escaped(detector, line.energy)
        shape.add(line.energy - SiliconEscape.energy, weight: weight, to: &result.values)
      }
    }
    let shift = SiliconEscape.energy / calibration.scale
    for (index, count) in background.enumerated() {
      let part = Self.escaped(detector, calibration.energy(ofChannel: Double(channels.lowerBound + index)))
      if part > 0 { result.share(count * part, at: Double(index) - shift) }
    }
    return result
  }

  /// Pulses that lost a photon, over those that did not.
  static func escaped(_ detector: SiliconDriftDetector, _ energy: Double) -> Double {
    let fraction = detector.escape(at: energy)
    return fraction / (1 - fraction)
  }

  /// Two photons that were counted as one: lines with lines, lines with bremsstrahlung, and that with itself; one row of sum 1
  /// where there are any.
  func sums(_ calibration: SpectrumCalibration, _ amounts: [Double], background: [Double]) -> Matrix {
    var strong: [(energy: Double, amount: Double)] = []
    for (row, family) in families.enumerated() {
      for (line, ratio) in zip(family.lines, ratios[row]) { strong.append((line.energy, amounts[row] * ratio)) }
    }
    strong = Array(strong.sorted { ($1.amount, $0.energy) < ($0.amount, $1.energy) }.prefix(32))
    var result = Matrix(zeros: 1, channels.count)
    let shape = LineShape(calibration: calibration, channels: channels)
    let largest = max(strong.first?.amount ?? 0, background.reduce(0, +))
    guard largest > 0 else { return result }
    let below = background.map { $0 / largest }
    for first in strong.indices where strong[first].amount > 0 {
      let amount = strong[first].amount / largest
      for second in first..<strong.count {
        let weight = amount * strong[second].amount / largest * (first == second ? 1 : 2)
        shape.add(strong[first].energy + strong[second].energy, weight: weight, to: &result.values)
      }
      let shift = strong[first].energy / calibration.scale
      for (index, value) in below.enumerated() { result.share(2 * amount * value, at: Double(index) + shift) }
    }
    addPairs(of: below, calibration, to: &result)
    return result.normalized()
  }

  /// Adds the sums of two photons of the bremsstrahlung, which is smooth: eight channels at a time.
  private func addPairs(of below: [Double], _ calibration: SpectrumCalibration, to result: inout Matrix) {
    let step = 8
    let coarse = stride(from: 0, to: below.count, by: step).map { below[$0..<min($0 + step, below.count)].reduce(0, +) }
    let middle = Double(step - 1) / 2
    // The channel of the sum of two energies, against the first channel.
    let start = calibration.energy(ofChannel: Double(channels.lowerBound)) / calibration.scale
    for (one, value) in coarse.enumerated() where value > 0 {
      for (other, another) in coarse.enumerated() {
        let place = Double((one + other) * step) + 2 * middle + start
        guard place < Double(below.count + step) else { break }
        for part in 0..<step { result.share(value * another / Double(step), at: place + Double(part) - middle) }
      }
    }
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

  /// Adds counts at a place between two columns of the first row to both; what lies outside is lost.
  fileprivate mutating func share(_ count: Double, at place: Double) {
    let lower = place.rounded(.down)
    guard lower >= -1, lower < Double(columns) else { return }
    let index = Int(lower)
    if index >= 0 { values[index] += count * (lower + 1 - place) }
    if index + 1 < columns { values[index + 1] += count * (place - lower) }
  }
}
