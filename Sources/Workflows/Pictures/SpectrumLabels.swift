import Figures
import Foundation
import Microscopy

/// Which lines of a spectrum have their names on it.
struct SpectrumLabels {
  /// Lines of lower energy, in keV, are not named: little of them leaves a detector's window.
  static let leastEnergy = 0.2

  let strengths: [LineStrength]
  /// In the units of the axis, rising.
  let places: [Double]
  let keVPerUnit: Double
  /// The spectrum, or a model of it, which tells peaks from noise.
  let counts: [Double]
  /// Of each count; nil where only the errors of the strengths are known.
  let variance: [Double]?
  /// More names than these are too many for one plot.
  private static let limit = 28

  private var step: Double {
    guard let first = places.first, let last = places.last, places.count > 1 else { return 1 }
    return (last - first) / Double(places.count - 1) * keVPerUnit
  }

  /// What is drawn under one name: a line, or several of an element that are one peak.
  private struct Peak {
    var text: String
    var energy: Double
    var height: Double
  }

  /// Labels for the lines that matter: those that are seen at the scale of the plot, and are most of the peak they are in.
  ///
  /// - Parameter range: what of the axis is shown, in its units; nil: all.
  func labels(isLogarithmic: Bool, range: ClosedRange<Double>? = nil) -> [LineLabel] {
    let usable = strengths.filter { line in
      line.netCounts > 3 * line.error && line.netCounts > 0 && (range?.contains(line.energy / keVPerUnit) ?? true)
    }
    let shown = zip(places, counts).filter { $1.isFinite && (range?.contains($0) ?? true) && $0 * keVPerUnit >= 0.15 }.map(\.1)
    let top = shown.max() ?? 0
    guard top > 0 else { return [] }
    return peaks(usable).filter { peak in
      let all = strengths.reduce(0) { sum, line in
        let distance = (line.energy - peak.energy) / LineStrength.width(at: line.energy)
        return distance.magnitude > 2 ? sum : sum + line.height(step: step) * bell(distance)
      }
      guard peak.height > 0.4 * all, isSummit(peak.energy), isDetected(peak) else { return false }
      return peak.height > (isLogarithmic ? 0.15 * (level(at: peak.energy) - all) : 0.012 * top)
    }.prefix(Self.limit).map { LineLabel(x: $0.energy / keVPerUnit, text: $0.text, weight: $0.height) }
  }

  /// Lines of one element closer than they can be told apart go by the strongest of them.
  private func peaks(_ lines: [LineStrength]) -> [Peak] {
    var peaks: [(element: String, peak: Peak)] = []
    for line in lines.sorted(by: { $0.height(step: step) > $1.height(step: step) }) {
      let height = line.height(step: step)
      let width = LineStrength.width(at: line.energy)
      if let index = peaks.firstIndex(where: {
        $0.element == line.element && ($0.peak.energy - line.energy).magnitude < 0.8 * width
      }) {
        peaks[index].peak.height += height * bell((peaks[index].peak.energy - line.energy) / width)
      } else {
        peaks.append((line.element, Peak(text: line.label, energy: line.energy, height: height)))
      }
    }
    return peaks.map(\.peak).sorted { ($0.height, $1.energy) > ($1.height, $0.energy) }
  }

  /// A Gaussian by the distance in full widths at half maximum.
  private func bell(_ distance: Double) -> Double { exp2(-4 * distance * distance) }

  /// Whether the spectrum is higher about an energy in keV than to both sides of it: what is no summit is the flank of another.
  private func isSummit(_ energy: Double) -> Bool {
    let width = LineStrength.width(at: energy)
    let reach = width / 8
    func best(_ range: ClosedRange<Int>) -> Double {
      range.map { level(at: energy + Double($0) * width / 8, reach: reach) }.max() ?? 0
    }
    let summit = best(-3...3)
    return summit > best(-7...(-6)) && summit > best(6...7)
  }

  /// Whether the peak by itself is more than three standard deviations of the counts within its half maximum.
  private func isDetected(_ peak: Peak) -> Bool {
    guard let variance, variance.count == counts.count, let first = places.first else { return true }
    let width = LineStrength.width(at: peak.energy)
    let middle = (peak.energy - first * keVPerUnit) / step
    let reach = width / 2 / step
    let near = variance[channels(from: middle - reach, to: middle + reach)].filter(\.isFinite)
    return 0.76 * peak.height * width / step * 1.0645 > 3 * near.reduce(0, +).squareRoot()
  }

  /// The channels from one place to another, as far as they lie on the axis.
  private func channels(from low: Double, to high: Double) -> Range<Int> {
    let ends = [low, high + 1].map { Int(min(max($0.isFinite ? $0 : 0, 0), Double(counts.count))) }
    return ends[0]..<max(ends[0], ends[1])
  }

  /// The mean of the spectrum about an energy in keV.
  private func level(at energy: Double, reach: Double = 0) -> Double {
    guard let first = places.first else { return 0 }
    let middle = ((energy - first * keVPerUnit) / step).rounded()
    let reach = max(1, (reach / step).rounded(.down))
    let values = counts[channels(from: middle - reach, to: middle + reach)].filter(\.isFinite)
    return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// How many keV a unit of an axis of energies is; nil for other axes, and for energy losses, at which no X-rays are.
  static func keV(per axis: Axis, signalType: String) -> Double? {
    switch axis.units.lowercased() {
    case "kev": 1
    case "ev" where signalType.hasPrefix("EDS"): 1e-3
    default: nil
    }
  }
}
