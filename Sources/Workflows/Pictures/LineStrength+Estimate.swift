import Foundation
import LinearAlgebra
import Microscopy
import XRay

/// What of a spectrum are lines, without a fit of the kind that quantification needs: peaks of fixed widths and places over a
/// background that cuts them off, as good as labels need it.
extension LineStrength {
  /// - Parameters:
  ///   - beamEnergy: keV
  ///   - energies: of the channels, in keV, rising.
  ///   - counts: one for each; of any scale, negative ones too.
  ///   - deviations: standard deviations of the counts; nil: told by how much neighbouring channels differ.
  static func estimate(
    of elements: [String], beamEnergy: Double, energies: [Double], counts: [Double], deviations: [Double]? = nil
  ) -> [LineStrength] {
    guard let first = energies.first, let last = energies.last, energies.count > 8, counts.count == energies.count, first < last,
      counts.contains(where: { $0 > 0 })
    else { return [] }
    let step = (last - first) / Double(energies.count - 1)
    let families = unique(elements).compactMap { Element(symbol: $0) }.flatMap {
      ElementLines.families(of: $0, beamEnergy: beamEnergy, within: max(SpectrumLabels.leastEnergy, first)...max(last, 0.3))
    }
    let shapes = families.map { shape(of: $0, energies: energies, step: step) }
    let clean = counts.map { $0.isFinite ? $0 : 0 }
    let ground = background(clean, step: step, first: first)
    let net = zip(clean, ground).map { $0 - $1 }
    let weights = variances(clean, deviations).map { 1 / $0 }
    guard let amounts = solve(shapes, net, weights) else { return [] }
    return zip(families, amounts).flatMap { family, amount in
      let total = family.lines.reduce(0) { $0 + seen($1) }
      return family.groups.compactMap { group -> LineStrength? in
        let own = family.lines.filter { SiegbahnName.group($0.transition) == group }
        let share = own.reduce(0) { $0 + seen($1) } / max(total, .leastNormalMagnitude)
        guard let energy = family.energy(of: group), energy > SpectrumLabels.leastEnergy, (first...last).contains(energy) else {
          return nil
        }
        return LineStrength(
          element: family.element, group: group, energy: energy, netCounts: amount.value * share, error: amount.error * share)
      }
    }
  }

  private static func unique(_ names: [String]) -> [String] {
    var result: [String] = []
    for name in names where !result.contains(name) { result.append(name) }
    return result
  }

  private static func seen(_ line: EmissionLine) -> Double {
    line.crossSection * SiliconDriftDetector().efficiency(at: line.energy)
  }

  /// A family's counts in the channels it reaches, their sum 1 as far as they lie on the axis.
  private struct Shape {
    var channels: Range<Int>
    var values: [Double]
  }

  private static func shape(of family: ElementLines, energies: [Double], step: Double) -> Shape {
    let total = family.lines.reduce(0) { $0 + seen($1) }
    var values = [Double](repeating: 0, count: energies.count)
    var (low, high) = (energies.count, 0)
    for line in family.lines {
      let deviation = width(at: line.energy) / 2.3548
      let middle = (line.energy - energies[0]) / step
      let reach = 4 * deviation / step
      guard middle + reach >= 0, middle - reach <= Double(energies.count - 1) else { continue }
      let channels = Int(max(0, middle - reach))..<Int(min(Double(energies.count - 1), middle + reach)) + 1
      (low, high) = (min(low, channels.lowerBound), max(high, channels.upperBound))
      let factor = seen(line) / total * step / (deviation * (2 * Double.pi).squareRoot())
      for channel in channels {
        let distance = (energies[channel] - line.energy) / deviation
        values[channel] += factor * exp(-distance * distance / 2)
      }
    }
    guard low < high else { return Shape(channels: 0..<0, values: []) }
    return Shape(channels: low..<high, values: Array(values[low..<high]))
  }

  /// What lies below peaks: repeatedly no more than the mean of the neighbours, ever nearer ones (Ryan et al. 1988).
  private static func background(_ counts: [Double], step: Double, first: Double) -> [Double] {
    var level = counts.map { max($0, 0).squareRoot() }
    for distance in stride(from: max(2, Int(min(0.24 / step, Double(counts.count / 2)))), through: 1, by: -1) {
      var next = level
      for channel in distance..<max(distance, level.count - distance) {
        next[channel] = min(level[channel], (level[channel - distance] + level[channel + distance]) / 2)
      }
      level = next
    }
    return level.map { $0 * $0 }
  }

  /// Of counts on any scale: proportional to them, as much as neighbours differ.
  static func variances(_ counts: [Double], _ deviations: [Double]? = nil) -> [Double] {
    let counts = counts.map { $0.isFinite ? $0 : 0 }
    let greatest = max(counts.max() ?? 1, .leastNormalMagnitude)
    let least = max(1e-9 * greatest * greatest, .leastNormalMagnitude)
    if let deviations, deviations.count == counts.count {
      return deviations.map { $0.isFinite ? max($0 * $0, least) : .infinity }
    }
    let ratios = zip(counts, counts.dropFirst()).filter { $0 + $1 > 0 }.map { ($0 - $1) * ($0 - $1) / ($0 + $1) }.sorted()
    let unit = ratios.isEmpty ? 1 : ratios[ratios.count / 2] / 0.4549
    // Of few counts most neighbours are equal.
    let scale = max(unit, 1e-6 * greatest)
    return counts.map { max(scale * max($0, scale), least) }
  }

  /// The amounts, none negative, that leave least squares, and their standard deviations.
  private static func solve(
    _ shapes: [Shape], _ counts: [Double], _ weights: [Double]
  ) -> [(value: Double, error: Double)]? {
    let size = shapes.count
    guard size > 0 else { return [] }
    var normal = Matrix(zeros: size, size)
    var right = [Double](repeating: 0, count: size)
    for (row, shape) in shapes.enumerated() {
      for (place, channel) in shape.channels.enumerated() {
        right[row] += shape.values[place] * weights[channel] * counts[channel]
      }
      for column in 0...row {
        let other = shapes[column]
        let common = shape.channels.clamped(to: other.channels)
        var sum = 0.0
        for channel in common {
          sum +=
            shape.values[channel - shape.channels.lowerBound] * other.values[channel - other.channels.lowerBound]
            * weights[channel]
        }
        (normal[row, column], normal[column, row]) = (sum, sum)
      }
    }
    // Each amount in units of its own error, were it alone; what has no channel stays zero.
    let units = (0..<size).map { normal[$0, $0] > 0 ? 1 / normal[$0, $0].squareRoot() : 0 }
    var scaled = Matrix(identity: size)
    for row in 0..<size {
      for column in 0..<size where row != column { scaled[row, column] = normal[row, column] * units[row] * units[column] }
      scaled[row, row] += 1e-6
    }
    var values = [Double](repeating: 0, count: size)
    let wanted = (0..<size).map { right[$0] * units[$0] }
    // Coordinate descent: each amount is what the others leave, or nothing.
    for _ in 0..<400 {
      var change = 0.0
      for row in 0..<size {
        let others = (0..<size).reduce(0.0) { $0 + ($1 == row ? 0 : scaled[row, $1] * values[$1]) }
        let next = max(0, (wanted[row] - others) / scaled[row, row])
        change = max(change, (next - values[row]).magnitude)
        values[row] = next
      }
      if change < 1e-4 { break }
    }
    // The errors of those that are there; what is nothing would take from them what the counts do not tell.
    let active = (0..<size).filter { values[$0] > 0 }
    var part = Matrix(zeros: active.count, active.count)
    for (row, from) in active.enumerated() { for (column, to) in active.enumerated() { part[row, column] = scaled[from, to] } }
    guard let inverse = part.inverseOfPositiveDefinite() else { return nil }
    var errors = units
    for (row, index) in active.enumerated() { errors[index] *= max(inverse[row, row], 0).squareRoot() }
    return (0..<size).map { (values[$0] * units[$0], errors[$0]) }
  }
}
