import Figures
import Foundation
import Microscopy

/// Which lines of a spectrum have their names on it.
struct SpectrumLabels {
  /// Lines of lower energy, in keV, are not named: little of them leaves a detector's window.
  static let leastEnergy = 0.2

  /// Of all lines, those that stand out of the counting noise, strongest first.
  let strengths: [LineStrength]
  /// In the units of the axis, rising.
  let places: [Double]
  let keVPerUnit: Double
  let counts: [Double]
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
      guard peak.height > 0.4 * all else { return false }
      return peak.height > (isLogarithmic ? 0.15 * (level(at: peak.energy) - all) : 0.012 * top)
    }.prefix(Self.limit).map { LineLabel(x: $0.energy / keVPerUnit, text: $0.text, weight: $0.height) }
  }

  /// Lines of one element closer than they can be told apart go by the strongest of them.
  private func peaks(_ lines: [LineStrength]) -> [Peak] {
    var peaks: [(element: String, peak: Peak)] = []
    for line in lines.sorted(by: { $0.height(step: step) > $1.height(step: step) }) {
      let height = line.height(step: step)
      let width = LineStrength.width(at: line.energy)
      if let index = peaks.firstIndex(where: { $0.element == line.element && ($0.peak.energy - line.energy).magnitude < 0.8 * width }) {
        peaks[index].peak.height += height * bell((peaks[index].peak.energy - line.energy) / width)
      } else {
        peaks.append((line.element, Peak(text: line.label, energy: line.energy, height: height)))
      }
    }
    return peaks.map(\.peak).sorted { ($0.height, $1.energy) > ($1.height, $0.energy) }
  }

  /// A Gaussian by the distance in full widths at half maximum.
  private func bell(_ distance: Double) -> Double { exp2(-4 * distance * distance) }

  /// The spectrum about an energy in keV.
  private func level(at energy: Double) -> Double {
    guard let first = places.first else { return 0 }
    let middle = Int(((energy - first * keVPerUnit) / step).rounded())
    let near = max(0, middle - 2)..<max(0, min(counts.count, middle + 3))
    let values = near.isEmpty ? [] : counts[near].filter(\.isFinite)
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
