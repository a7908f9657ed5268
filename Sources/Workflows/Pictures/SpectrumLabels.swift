import Figures
import Microscopy
import XRay

/// The names of the X-ray lines of elements along an axis of energies.
enum SpectrumLabels {
  /// Lines weaker than this part of their element's strongest are not named.
  static let leastStrength = 0.06

  /// A label for each family of lines, at its strongest line.
  ///
  /// - Parameters:
  ///   - counts: the spectrum that they stand over; a label at a peak goes before one at none.
  static func lines(of elements: [String], energies: [Double], keVPerUnit: Double, counts: [Double]) -> [LineLabel] {
    guard let first = energies.first, let last = energies.last, energies.count > 1, keVPerUnit > 0 else { return [] }
    var labels: [LineLabel] = []
    for element in elements {
      let lines = EmissionLine.lines(of: element)
      let strongest = lines.map(\.crossSection).max() ?? 0
      var families: [String: (energy: Double, best: Double, sum: Double)] = [:]
      for line in lines {
        guard let name = SiegbahnName.family(ofTransition: line.transition) else { continue }
        let place = line.energy / keVPerUnit
        guard place >= min(first, last), place <= max(first, last) else { continue }
        var family = families[name] ?? (place, 0, 0)
        family.sum += line.crossSection
        if line.crossSection > family.best { (family.energy, family.best) = (place, line.crossSection) }
        families[name] = family
      }
      for (name, family) in families.sorted(by: { $0.key < $1.key }) where family.sum >= leastStrength * strongest {
        let index = Int(((family.energy - first) / (last - first) * Double(energies.count - 1)).rounded())
        let nearby = counts[max(0, index - 2)..<min(counts.count, index + 3)].filter(\.isFinite)
        let height = max(0, nearby.reduce(0, +) / Double(max(1, nearby.count)))
        labels.append(
          LineLabel(
            x: family.energy, text: "\(element) \(name)", weight: height * family.sum / max(strongest, .leastNonzeroMagnitude)))
      }
    }
    return labels
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
