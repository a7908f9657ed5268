import Figures
import Foundation
import Store

/// What a whole unmixing came to: the compositions of its phases, and the phases.
extension ResultPictures {
  /// Spectra and abundances of the result of the same unmixing that holds them; none for results of other kinds.
  func phasePictures() throws -> [StoredPicture] {
    guard operation == "unmix" else { return [] }
    for source in try sources() where source.operation == "abundances" {
      let all = try source.pictures()
      let components = all.filter { $0.name.hasPrefix("component ") }
      return components.isEmpty ? all : components
    }
    return []
  }

  /// Atomic percent of the elements of several phases, from a table with columns "phase", "symbol" and "atomic_percent".
  static func compositionPicture(_ table: [TableColumn]) -> [StoredPicture] {
    func texts(_ name: String) -> [String]? {
      if case .texts(let values)? = table.first(where: { $0.name == name })?.values { values } else { nil }
    }
    func numbers(_ name: String) -> [Double]? {
      if case .numbers(let values)? = table.first(where: { $0.name == name })?.values { values } else { nil }
    }
    guard let phases = texts("phase"), let symbols = texts("symbol"), let percents = numbers("atomic_percent"),
      phases.count == symbols.count, phases.count == percents.count, percents.contains(where: { $0 > 0 })
    else { return [] }
    let errors = numbers("atomic_percent_error")
    var names: [String] = []
    var elements: [String] = []
    for phase in phases where !names.contains(phase) { names.append(phase) }
    for symbol in symbols where !elements.contains(symbol) { elements.append(symbol) }
    let curves = names.prefix(8).enumerated().map { index, name in
      let rows = phases.indices.filter { phases[$0] == name }
      // Points of one element stand beside each other.
      let shift = 0.5 * ((Double(index) + 0.5) / Double(min(names.count, 8)) - 0.5)
      return Curve(
        name, x: rows.map { Double((elements.firstIndex(of: symbols[$0]) ?? 0) + 1) + shift }, y: rows.map { percents[$0] },
        .points, colour: Theme.series(index), errors: errors.map { errors in rows.map { errors[$0] } })
    }
    var x = PlotAxis("Element", range: 0.5...Double(elements.count) + 0.5)
    x.names = elements
    // What is less than a thousandth of a percent is nothing.
    let least = max(1e-3, percents.filter { $0 > 0 }.min() ?? 1e-3) * 0.6
    let y = PlotAxis("Composition", units: "at.%", isLogarithmic: true, range: least...160)
    return [StoredPicture("composition", "Composition of the phases", Figure("", Plot("", x: x, y: y, curves)))]
  }
}
