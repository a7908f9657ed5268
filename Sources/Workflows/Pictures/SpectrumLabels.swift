import Figures
import Microscopy
import XRay

/// The names of the X-ray lines of elements along an axis of energies.
enum SpectrumLabels {
  /// Lines of lower energy, in keV, are not named: little of them leaves a detector's window.
  static let leastEnergy = 0.2

  /// A family of lines of an element, at its strongest line.
  struct Family {
    var text: String
    /// In the units of the axis.
    var place: Double
    /// As a part of the strength of the element's strongest family.
    var strength: Double
    /// The spectrum there.
    var height: Double
    /// Whether the spectrum has a peak there, and not the flank of another.
    var isPeak: Bool
  }

  /// The families of lines that lie on an axis.
  static func families(
    of elements: [String], beamEnergy: Double, energies: [Double], keVPerUnit: Double, counts: [Double]
  ) -> [Family] {
    guard let first = energies.first, let last = energies.last, energies.count > 1, keVPerUnit > 0, first < last else {
      return []
    }
    return elements.flatMap { element -> [Family] in
      var families: [String: (place: Double, best: Double, sum: Double)] = [:]
      for line in EmissionLine.lines(of: element, beamEnergy: beamEnergy, weakest: 0.01) {
        guard let name = SiegbahnName.family(ofTransition: line.transition) else { continue }
        let place = line.energy / keVPerUnit
        guard place >= first, place <= last, line.energy >= leastEnergy else { continue }
        var family = families[name] ?? (place, 0, 0)
        family.sum += line.crossSection
        if line.crossSection > family.best { (family.place, family.best) = (place, line.crossSection) }
        families[name] = family
      }
      let strongest = families.values.map(\.sum).max() ?? 0
      let step = (last - first) / Double(energies.count - 1)
      func mean(_ place: Double, reach: Int) -> Double {
        let index = Int(((place - first) / step).rounded())
        let low = min(max(0, index - reach), counts.count)
        let nearby = counts[low..<max(low, min(counts.count, index + reach + 1))].filter(\.isFinite)
        return nearby.isEmpty ? 0 : nearby.reduce(0, +) / Double(nearby.count)
      }
      // About half the width of a peak.
      let aside = 0.07 / keVPerUnit
      let reach = max(0, Int(0.02 / keVPerUnit / step))
      return families.sorted { $0.key < $1.key }.map { name, family in
        let height = mean(family.place, reach: reach)
        // What neighbouring channels differ by tells the noise; a peak rises by more than three standard deviations of its mean.
        let middle = Int(((family.place - first) / step).rounded())
        let window = max(1, middle - 6 * (reach + 1))..<max(1, min(counts.count, middle + 6 * (reach + 1)))
        let steps = window.map { (counts[$0] - counts[$0 - 1]).magnitude }.filter(\.isFinite).sorted()
        let deviation = steps.isEmpty ? 0 : steps[steps.count / 2] / (0.6745 * 2.0.squareRoot())
        let rise = max(3 * deviation / Double(2 * reach + 1).squareRoot(), 0.02 * height.magnitude)
        let flanks = [mean(family.place - aside, reach: reach), mean(family.place + aside, reach: reach)]
        return Family(
          text: "\(element) \(name)", place: family.place, strength: strongest > 0 ? family.sum / strongest : 0,
          height: height, isPeak: flanks.allSatisfy { height > $0 + rise })
      }
    }
  }

  /// Labels for the families that are seen: the strongest of each element where it rises from the bottom of the plot, the others
  /// where there is a peak.
  ///
  /// - Parameters:
  ///   - beamEnergy: keV
  ///   - counts: the spectrum that they stand over; the higher of two peaks has its label first.
  ///   - range: what of the axis is shown.
  static func lines(
    of elements: [String], beamEnergy: Double, energies: [Double], keVPerUnit: Double, counts: [Double], isLogarithmic: Bool,
    range: ClosedRange<Double>? = nil
  ) -> [LineLabel] {
    let all = families(
      of: elements, beamEnergy: beamEnergy, energies: energies, keVPerUnit: keVPerUnit, counts: counts)
    let families = all.filter { range?.contains($0.place) ?? true }
    let top = families.filter(\.isPeak).map(\.height).max() ?? 0
    return families.filter { family in
      if isLogarithmic { return family.height > 0 && (family.strength == 1 || family.strength > 0.08 && family.isPeak) }
      return family.height > 0.003 * top && family.isPeak && (family.strength == 1 || family.height > 0.012 * top)
    }.map { LineLabel(x: $0.place, text: $0.text, weight: max(0, $0.height) * $0.strength) }
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
