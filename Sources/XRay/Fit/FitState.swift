import Foundation
import LinearAlgebra

/// The amounts of all shapes at one calibration.
struct FitState: Sendable {
  private(set) var shapes: SpectrumShapes
  let data: FitData
  let hasEscape: Bool
  private let hasSums: Bool
  private(set) var rows: Matrix
  private(set) var solution: PoissonRegression.Solution
  private var calibration: SpectrumCalibration

  init(
    _ shapes: SpectrumShapes, _ data: FitData, _ fit: SpectrumFit, _ calibration: SpectrumCalibration, escape: Bool? = nil
  ) {
    self.shapes = shapes
    self.data = data
    self.calibration = calibration
    hasSums = fit.sumPeaks
    let terms = self.shapes.background(calibration)
    rows = self.shapes.lines(calibration).joined(terms).scaled(columns: data.kept)
    solution = data.regression.solve(rows)
    hasEscape = escape ?? (fit.escapePeaks && Self.showsEscape(self.shapes, terms, solution.amounts, calibration))
    solve(calibration)
  }

  /// Whether there are enough escape peaks to tell anything of them.
  private static func showsEscape(
    _ shapes: SpectrumShapes, _ terms: Matrix, _ amounts: [Double], _ calibration: SpectrumCalibration
  ) -> Bool {
    let count = shapes.families.count
    let below = terms.transposedTimes(Array(amounts[count..<count + shapes.backgroundTerms]))
    return shapes.escape(calibration, Array(amounts.prefix(count)), background: below).values.reduce(0, +) >= 100
  }

  /// Whether the amounts tell of escape peaks now.
  func showsEscape(_ fit: SpectrumFit) -> Bool {
    var shapes = shapes
    let terms = shapes.background(calibration)
    return fit.escapePeaks && Self.showsEscape(shapes, terms, solution.amounts, calibration)
  }

  private var familyCount: Int { shapes.families.count }
  private var escapeRow: Int? { hasEscape ? familyCount + shapes.backgroundTerms : nil }
  private var sumRow: Int? { hasSums ? familyCount + shapes.backgroundTerms + (hasEscape ? 1 : 0) : nil }

  /// Finds the amounts at a calibration; escape and sum peaks have the shapes that the amounts before lead to.
  mutating func solve(_ calibration: SpectrumCalibration) {
    self.calibration = calibration
    let amounts = Array(solution.amounts.prefix(familyCount))
    let terms = shapes.background(calibration)
    let below = terms.transposedTimes(Array(solution.amounts[familyCount..<familyCount + shapes.backgroundTerms]))
    rows = shapes.lines(calibration).joined(terms)
    if hasEscape { rows = rows.joined(shapes.escape(calibration, amounts, background: below)) }
    if hasSums { rows = rows.joined(shapes.sums(calibration, amounts, background: below)) }
    rows = rows.scaled(columns: data.kept)
    var start = solution.amounts
    while start.count < rows.rows { start.append(start.count == escapeRow ? 1 : 1e-6 * amounts.reduce(1, +)) }
    // An amount of 0 may become one again.
    let least = 1e-9 * amounts.reduce(1, +)
    solution = data.regression.solve(
      rows, start: start.indices.map { max(start[$0], $0 == escapeRow ? 1e-6 : least) })
  }

  /// The Gauss–Newton step of the calibration with all amounts, and the standard errors of its parameters.
  ///
  /// Parameters of which the counts tell too little are taken out, the least known first; nil when none is left.
  func calibrationStep(
    _ parameters: inout [SpectrumCalibration.Parameter]
  ) -> (change: [Double], errors: [Double])? {
    while !parameters.isEmpty {
      let (all, slopes) = joint(parameters)
      let weights = data.regression.weights(solution.model)
      guard let covariance = all.scaled(columns: weights).timesTransposed(all).inverseOfPositiveDefinite() else {
        parameters.removeLast()
        continue
      }
      let differences = data.regression.counts.indices.map {
        (data.regression.counts[$0] - solution.model[$0]) * weights[$0] * data.kept[$0]
      }
      let change = covariance.times(all.times(differences))
      let errors = slopes.map { covariance[$0, $0].squareRoot() }
      let worst = parameters.indices.max { first, second in
        errors[first] / calibration.usefulError(of: parameters[first])
          < errors[second] / calibration.usefulError(of: parameters[second])
      }
      if let worst, errors[worst] > calibration.usefulError(of: parameters[worst]) {
        parameters.remove(at: worst)
        continue
      }
      return (slopes.map { change[$0] }, errors)
    }
    return nil
  }

  /// The shapes that count for errors, with the derivatives to parameters below them: those of families, and others whose
  /// amount is not 0; and the rows of the derivatives.
  private func joint(_ parameters: [SpectrumCalibration.Parameter]) -> (Matrix, Range<Int>) {
    let used = used
    var all = rows.picked(used)
    if !parameters.isEmpty {
      let amounts = Array(solution.amounts.prefix(familyCount))
      var slopes = shapes.derivatives(calibration, amounts: amounts, parameters)
      addArtefacts(to: &slopes, parameters)
      all = all.joined(slopes.scaled(columns: data.kept))
    }
    return (all, used.count..<used.count + parameters.count)
  }

  /// Adds how escape and sum peaks change with the calibration, by differences.
  private func addArtefacts(to slopes: inout Matrix, _ parameters: [SpectrumCalibration.Parameter]) {
    let here = artefacts(calibration)
    guard !here.isEmpty else { return }
    for (row, parameter) in parameters.enumerated() {
      var moved = calibration
      let step = 0.01 * calibration.usefulError(of: parameter)
      moved[parameter] += step
      for (channel, value) in artefacts(moved).enumerated() {
        slopes[row, channel] += (value - here[channel]) / step
      }
    }
  }

  /// Counts of escape and sum peaks; empty where there are none.
  private func artefacts(_ calibration: SpectrumCalibration) -> [Double] {
    let amounts = Array(solution.amounts.prefix(familyCount))
    let terms = (0..<shapes.backgroundTerms).map { familyCount + $0 }
    var counts: [Double] = []
    let below = rows.picked(terms).transposedTimes(terms.map { solution.amounts[$0] })
    if let escapeRow, solution.amounts[escapeRow] > 0 {
      counts = shapes.escape(calibration, amounts, background: below).values.map { $0 * solution.amounts[escapeRow] }
    }
    if let sumRow, solution.amounts[sumRow] > 0 {
      let sums = shapes.sums(calibration, amounts, background: below).values.map { $0 * solution.amounts[sumRow] }
      counts = counts.isEmpty ? sums : zip(counts, sums).map { $0 + $1 }
    }
    return counts
  }

  private var used: [Int] {
    (0..<rows.rows).filter { $0 < familyCount || solution.amounts[$0] > 0 }
  }

  func result(
    _ calibration: SpectrumCalibration, _ parameters: [SpectrumCalibration.Parameter], isConverged: Bool
  ) -> FittedSpectrum {
    let (all, slopes) = joint(parameters)
    let weights = data.regression.weights(solution.model)
    let inverse = all.scaled(columns: weights).timesTransposed(all).inverseOfPositiveDefinite()
    // Of shapes that cannot be told apart nothing is known of the amounts of either.
    let covariance =
      inverse.map { withCommon($0, all, weights) }
      ?? Matrix(rows: all.rows, columns: all.rows, values: Array(repeating: .nan, count: all.rows * all.rows))
    let unit = data.unit
    let families = shapes.families.indices.map { index in
      FittedSpectrum.Family(
        family: shapes.families[index], netCounts: unit * solution.amounts[index],
        error: unit * covariance[index, index].squareRoot(), ratios: shapes.ratios[index],
        strengths: shapes.strengths[index])
    }
    let terms = (0..<shapes.backgroundTerms).map { familyCount + $0 }
    let background = rows.picked(terms).transposedTimes(terms.map { solution.amounts[$0] })
    let keptCount = Int(data.kept.reduce(0, +))
    let freedom = max(1, keptCount - solution.amounts.count { $0 > 0 } - parameters.count)
    let shared = shared(weights)
    var ownCovariance = covariance.part(Array(0..<familyCount))
    for index in ownCovariance.values.indices { ownCovariance.values[index] *= unit * unit }
    return FittedSpectrum(
      families: families, covariance: ownCovariance, calibration: calibration, refined: parameters,
      calibrationErrors: slopes.map { covariance[$0, $0].squareRoot() },
      backgroundCounts: terms.map { unit * solution.amounts[$0] }, escape: escapeRow.map { solution.amounts[$0] },
      sumCounts: sumRow.map { unit * solution.amounts[$0] }, channels: shapes.channels,
      model: solution.model.map { $0 * unit }, background: background.map { $0 * unit },
      shapes: rows.picked(Array(0..<familyCount)), allShapes: rows.picked(used),
      variance: weights.map { unit * unit / $0 },
      reducedChiSquare: (data.regression.chiSquare(solution.model) - shared) / Double(freedom),
      devianceByFreedom: (solution.deviance - shared) / Double(freedom), degreesOfFreedom: freedom,
      isConverged: isConverged && inverse != nil, photon: data.unit, detector: shapes.detector)
  }

  /// The covariances of the amounts with what all channels share, which moves every amount at once.
  private func withCommon(_ inverse: Matrix, _ all: Matrix, _ weights: [Double]) -> Matrix {
    guard let common = data.common else { return inverse }
    let weighted = all.scaled(columns: weights)
    let moved = inverse.times(weighted.times(common))
    var covariance = inverse
    var along = moved.map { _ in 0.0 }
    if let shared = data.commonCovariance, let variance = data.variance {
      // Both nearly cancel, so that the channels' own part has to be as exact as the common one.
      let estimator = inverse * weighted
      covariance = estimator.scaled(columns: variance).timesTransposed(estimator)
      along = inverse.times(weighted.times(shared))
    }
    for row in moved.indices {
      for column in moved.indices {
        covariance[row, column] += moved[row] * moved[column] + moved[row] * along[column] + along[row] * moved[column]
      }
      // Rounding may leave less than nothing.
      covariance[row, row] = max(covariance[row, row], 0)
    }
    return covariance
  }

  /// What of χ² the deviation that all channels share accounts for: with the variances V and the deviation d, rᵀ(V + ddᵀ)⁻¹r is
  /// rᵀV⁻¹r less this.
  private func shared(_ weights: [Double]) -> Double {
    guard let common = data.common else { return 0 }
    var (product, square) = (0.0, 1.0)
    for channel in common.indices {
      let weighted = common[channel] * weights[channel]
      product += weighted * (data.regression.counts[channel] - solution.model[channel])
      square += weighted * common[channel]
    }
    return product * product / square
  }
}
