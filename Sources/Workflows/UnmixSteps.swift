import Decomposition
import Foundation
import Segmentation
import Store
import XRay

/// The steps of an unmixing, one after the other.
struct UnmixSteps {
  var recipe: UnmixRecipe
  let store: Store
  let holder: any ResultHolder
  let maps: [Map]
  let threads: Int
  let memory: Int
  let note: String
  let observer: Observer

  private var map: String? { holder is Series ? nil : maps.first?.name }
  private var series: String? { (holder as? Series)?.name }
  private var target: FactorizationTarget { FactorizationTarget(map: map, series: series) }

  private func named(_ part: String) -> String { "\(recipe.name)-\(part)" }
  /// A result by its path, so that namesakes of other maps do not matter.
  private func path(_ part: String) -> String { "\(holder.path.drop { $0 == "/" })/\(named(part))" }

  mutating func run(since start: Date) throws -> UnmixPhases.Report {
    var scree = FindPrincipalComponents(recipe: PCA(components: recipe.components, seed: recipe.seed), target: target)
    (scree.threads, scree.memory, scree.name, scree.note) = (threads, memory, named("pca"), note)
    let found = try scree.run(on: store, observer: observer)
    try factorize()
    try choosePhases()
    try makeMasks()
    let differences = try makeSpectra()
    let phases = ["matrix"] + recipe.precipitates.map(\.name)
    var mixing = FindAbundances(
      spectra: phases.map(path), unmixing: Unmixing(method: recipe.method, hasFreeThickness: recipe.freeThickness), target: target
    )
    (mixing.threads, mixing.memory, mixing.name, mixing.note) = (threads, memory, named("abundances"), note)
    let abundances = try mixing.run(on: store, observer: observer)
    let compositions = try phases.map(quantify)
    let summary = try summarise()
    let precipitates = recipe.precipitates
    return UnmixPhases.Report(
      path: summary.path, aboveNoise: found.aboveNoise,
      phases: phases.indices.map { index in
        let difference = index > 0 ? differences[index - 1] : nil
        return UnmixPhases.Report.Phase(
          name: phases[index], component: index > 0 ? precipitates[index - 1].component : recipe.matrix ?? 0,
          lacks: index > 0 ? precipitates[index - 1].lacks : nil, spectrum: named(phases[index]), scale: difference?.scale,
          scaleDeviation: difference?.scaleDeviation, overSubtraction: difference?.overSubtraction.map(\.place) ?? [],
          changes: index > 0 ? changes(compositions[index], compositions[0], precipitates[index - 1].lacks) : nil,
          meanAbundance: abundances.components[index].meanAbundance, share: abundances.components[index].share,
          composition: compositions[index])
      },
      abundances: abundances.result, reducedChiSquare: abundances.reducedChiSquare, recipe: recipe,
      seconds: Date().timeIntervalSince(start))
  }

  private func factorize() throws {
    var verb = Factorize(
      recipe: NMF(components: recipe.components, seed: recipe.seed, maxIterations: recipe.maxIterations), target: target)
    (verb.threads, verb.memory, verb.name, verb.note) = (threads, memory, named("nmf"), note)
    verb.checkpointInterval = .infinity
    _ = try verb.run(on: store, observer: observer)
  }

  /// The matrix is the component of most counts; each other one lacks the element by whose line it differs most from it.
  private mutating func choosePhases() throws {
    let spectra = try (1...recipe.components).map { try StoredSpectrum("\(named("nmf")):\($0)", of: holder) }
    let totals = spectra.map { spectrum in spectrum.counts.reduce(0) { $1.isFinite ? $0 + $1 : $0 } }
    if recipe.matrix == nil {
      recipe.matrix =
        (totals.indices.filter { index in !recipe.precipitates.contains { $0.component == index + 1 } }
          .max { totals[$0] < totals[$1] } ?? 0) + 1
    }
    let matrix = (recipe.matrix ?? 1) - 1
    let others = spectra.indices.filter { $0 != matrix }
    guard recipe.precipitates.isEmpty else {
      guard !recipe.precipitates.contains(where: { $0.component == matrix + 1 }) else {
        throw WorkflowError("component \(matrix + 1) is matrix and precipitate", advice: "Give the matrix another one.")
      }
      return
    }
    let contrast = try UnmixContrast(
      spectra, matrix: matrix, others: others, elements: recipe.unique, beamEnergy: recipe.beamEnergy)
    recipe.precipitates = try contrast.assignment().map { component, element in
      UnmixRecipe.Precipitate(name: "phase-\(component + 1)", component: component + 1, lacks: element)
    }
  }

  private mutating func makeMasks() throws {
    for (index, phase) in recipe.precipitates.enumerated() {
      var verb = SegmentImages(
        from: path("nmf"), component: phase.component,
        method: .grabCut(GrabCut(rectangles: phase.rectangles, iterations: recipe.iterations)), name: named(phase.name))
      verb.note = note
      let smoothing = try phase.smoothing ?? (verb.contrast(in: store) < 3 ? recipe.smoothing : 0)
      verb.smoothing = smoothing
      recipe.precipitates[index].smoothing = smoothing
      _ = try verb.run(on: store, observer: observer)
    }
    let all = recipe.precipitates.map { "\"\(named($0.name))\"" }
    let union = all.joined(separator: " or ")
    try combine(recipe.margin > 0 ? "not dilate(\(union), \(recipe.margin))" : "not (\(union))", as: "outside")
    let reaches = try makeReaches()
    let shown = reaches.compactMap(\.self).joined(separator: " or ")
    let outside = "\"\(named("outside"))\""
    try combine(shown.isEmpty ? outside : "\(outside) minus (\(shown))", as: "matrix")
    let pairs = all.indices.flatMap { a in all.indices.filter { $0 > a }.map { "\(all[a]) and \(all[$0])" } }
    if !pairs.isEmpty {
      let overlap = pairs.map { "(\($0))" }.joined(separator: " or ")
      // Where nothing overlaps there is no mask to keep.
      if try maps.allSatisfy({ try !pixels(overlap, of: $0).isEmpty }) { try combine(overlap, as: "overlap") }
    }
    for (index, phase) in recipe.precipitates.enumerated() {
      let others = all.indices.filter { $0 != index }
      let plain = Self.difference(all[index], others.map { all[$0] })
      let strict = Self.difference(all[index], others.map { all[$0] } + others.compactMap { reaches[$0] })
      // As long as enough is left where none of the other precipitates shows.
      let left = try maps.map { try pixels(strict, of: $0).count }
      let whole = try maps.reduce(0) { try $0 + pixels(all[index], of: $1).count }
      let isEnough = !left.contains(0) && 10 * left.reduce(0, +) >= whole
      try combine(isEnough ? strict : plain, as: "\(phase.name)-mixture")
    }
  }

  private static func difference(_ mask: String, _ others: [String]) -> String {
    others.isEmpty ? mask : "\(mask) minus (\(others.joined(separator: " or ")))"
  }

  private func pixels(_ expression: String, of map: Map) throws -> PixelMask {
    let expression = try MaskExpression(expression)
    return try CombineMasks.combine(expression, expression.names.map { try map.mask($0) }, of: map)
  }

  /// For each precipitate the mask of where it shows in its smoothed image, as an expression; nil where it shows nowhere.
  private func makeReaches() throws -> [String?] {
    guard recipe.limit > 0 else { return recipe.precipitates.map { _ in nil } }
    return try recipe.precipitates.map { phase in
      var verb = SegmentImages(
        from: path("nmf"), component: phase.component, method: .threshold(.noise(recipe.limit)),
        name: named("\(phase.name)-reach"))
      (verb.smoothing, verb.background, verb.usesShares, verb.note) = (recipe.smoothing, named("outside"), true, note)
      guard try verb.findsPixels(in: store) else { return nil }
      _ = try verb.run(on: store, observer: observer)
      return "\"\(verb.name)\""
    }
  }

  private func combine(_ expression: String, as part: String) throws {
    var verb = CombineMasks(try MaskExpression(expression), name: named(part))
    (verb.map, verb.series, verb.note) = (map, series, note)
    _ = try verb.run(on: store, observer: observer)
  }

  private func makeSpectra() throws -> [SubtractSpectrum.Report] {
    for part in ["matrix"] + recipe.precipitates.map({ "\($0.name)-mixture" }) {
      var verb = IntegrateSpectrum()
      (verb.mask, verb.map, verb.series) = (named(part), map, series)
      (verb.threads, verb.memory, verb.name, verb.note) = (threads, memory, named(part), note)
      _ = try verb.run(on: store, observer: observer)
    }
    return try recipe.precipitates.map { phase in
      try tell("Subtracting the matrix from", phase.name)
      var verb = SubtractSpectrum(mixture: path("\(phase.name)-mixture"), matrix: path("matrix"), element: phase.lacks)
      (verb.counting, verb.elements, verb.beamEnergy) = (recipe.fit, recipe.elements + recipe.others, recipe.beamEnergy)
      verb.detector = recipe.detector
      (verb.backgroundTerms, verb.name, verb.note) = (recipe.backgroundTerms, named(phase.name), note)
      return try verb.run(on: store, observer: observer)
    }
  }

  /// By how much at.% of each element change for each at.% that a phase holds of what it is taken to lack: had it x, then x/X of
  /// the matrix, which holds X, were taken away too much.
  private func changes(_ phase: QuantifyReport, _ matrix: QuantifyReport, _ lacks: String) -> [String: Double]? {
    let pure = Dictionary(matrix.elements.map { ($0.symbol, $0.atomicPercent) }) { first, _ in first }
    guard let held = pure[lacks], held > 0 else { return nil }
    let found = phase.elements.map { ($0.symbol, ((pure[$0.symbol] ?? 0) - $0.atomicPercent) / held) }
    return Dictionary(found) { first, _ in first }
  }

  private func tell(_ phase: String, _ detail: String) throws {
    try observer.demandGoing("\(store.path) is as it was")
    observer.report(.init(phase, detail, done: 0, of: 1, .items))
  }

  private func quantify(_ phase: String) throws -> QuantifyReport {
    try tell("Quantifying", phase)
    var parameters = recipe.quantification
    parameters.spectrum = path(phase)
    var verb = Quantify(parameters)
    (verb.threads, verb.memory, verb.name, verb.note) = (threads, memory, named("\(phase)-composition"), note)
    return try verb.run(on: store, observer: observer)
  }

  /// The result that holds the recipe, and the compositions of all phases in one table.
  private func summarise() throws -> AnalysisResult {
    let inputs = try UnmixSummary.parts(recipe).map { try holder.result($0).input }
    var made = try Provenance(operation: "unmix", parameters: recipe, inputs: inputs, note: note)
    made.finish()
    return try writing {
      let result = try holder.addResult(recipe.name, made: made) { try UnmixSummary(recipe, holder).fill($0) }
      try store.commit(observer)
      return result
    }
  }
}
