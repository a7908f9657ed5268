internal import Microscopy
internal import Segmentation
internal import Store
internal import XRay

extension UnmixRecipe {
  private func refuse(_ problem: String, _ advice: String) -> WorkflowError {
    WorkflowError("the recipe: \(problem)", advice: advice)
  }

  /// Refuses what no map could be unmixed by.
  func check() throws {
    guard (2...16).contains(components) else { throw refuse("components: \(components)", "Give 2 to 16.") }
    for (key, value, range) in [
      ("iterations", iterations, 1...1000), ("margin", margin, 0...1000), ("max_iterations", maxIterations, 1...1_000_000),
      ("background", backgroundTerms ?? 2, 2...12),
    ] where !range.contains(value) {
      throw refuse("\(key): \(value)", "Give \(range.lowerBound) to \(range.upperBound).")
    }
    let widths = [("smoothing", smoothing), ("limit", limit)]
    let parts = precipitates.enumerated().map { ("precipitates[\($0)].smoothing", $1.smoothing ?? 0) }
    for (key, value) in widths + parts where !(0...1000).contains(value) {
      throw refuse("\(key): \(value)", "Give 0 to 1000.")
    }
    for (key, value, least) in [("beam", beamEnergy, 1e-300), ("thickness", thickness, 0), ("density", density, 1e-300)] {
      guard let value, !(value >= least && value.isFinite) else { continue }
      throw refuse("\(key): \(value)", "Give a number above 0.")
    }
    if let takeOffAngle, !(takeOffAngle > 0 && takeOffAngle <= 90) {
      throw refuse("take_off: \(takeOffAngle)", "Give an angle above 0, up to 90 degrees.")
    }
    guard !unique.isEmpty || !precipitates.isEmpty else {
      throw refuse(
        "it names no element that a phase lacks", "Name them with --unique, such as Si,Mg, or give precipitates in a recipe.")
    }
    let chosen = [("matrix", matrix)] + precipitates.enumerated().map { ("precipitates[\($0)].component", $1.component) }
    for (key, component) in chosen {
      guard let component, !(1...components).contains(component) else { continue }
      throw refuse("\(key): there is no component \(component)", "There are 1 to \(components).")
    }
    if let index = precipitates.firstIndex(where: { $0.component == matrix }) {
      throw refuse(
        "precipitates[\(index)].component: component \(precipitates[index].component) is the matrix",
        "Give the matrix another one.")
    }
    guard map == nil || series == nil else { throw refuse("it names a map and a series", "Name one of them.") }
    try checkNames()
  }

  /// Every mask and result of a precipitate has a name of its own.
  private func checkNames() throws {
    var taken = Set(["matrix", "matrix-composition", "pca", "nmf", "abundances", "overlap", "outside"])
    for (index, phase) in precipitates.enumerated() {
      let names = ["", "-reach", "-mixture", "-composition"].map { phase.name + $0 }
      guard !phase.name.isEmpty, !phase.name.contains("/"), taken.isDisjoint(with: names) else {
        throw refuse(
          "precipitates[\(index)].name: \"\(phase.name)\" is empty, taken or no name", "Choose another one for the precipitate.")
      }
      taken.formUnion(names)
    }
  }

  /// Completes the elements, and refuses what would fail in the end for the maps.
  mutating func prepare(for maps: [Map]) throws {
    guard let first = maps.first else { return }
    let metadata = try first.metadata
    guard let axis = metadata.signalAxes.first, metadata.signalAxes.count == 1 else {
      throw WorkflowError("\(first.path) is no map of spectra", advice: "Name a spectrum image with --map.")
    }
    let energies = try EnergyAxis.kiloelectronvolts(axis, of: first.path)
    guard let beam = beamEnergy ?? metadata.instrument.beamEnergy, beam > 0, beam.isFinite else {
      throw WorkflowError(
        "\(first.store.path): the beam energy of \(first.path) is not known, and with it what lines there are",
        advice: "Give it with --beam KEV.")
    }
    if elements.isEmpty {
      elements = ElementLines.measurable(metadata.sample.elements, beamEnergy: beam, energies: energies)
      guard !elements.isEmpty else {
        throw WorkflowError(
          "\(first.store.path): no elements are named, and the metadata of \(first.path) name none",
          advice: "Name them: --elements O,Mg,Si.")
      }
    }
    for symbol in elements + others { _ = try Element.known(symbol) }
    for symbol in unique + precipitates.map(\.lacks) {
      _ = try ScalingLine(symbol, line: nil, energies: energies, beamEnergy: beam, detector: SiliconDriftDetector())
    }
    for (index, phase) in precipitates.enumerated() {
      for (number, rectangle) in phase.rectangles.enumerated() {
        for map in maps {
          do {
            _ = try PixelRectangle.mask([rectangle], shape: map.navigationShape)
          } catch {
            throw refuse(
              "precipitates[\(index)].rectangles[\(number)]: \(error.problem)" + (maps.count > 1 ? " of \(map.path)" : ""),
              error.advice)
          }
        }
      }
    }
  }
}
