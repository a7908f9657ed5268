import Microscopy
import Store
import XRay

/// How much of elements of the matrix the other components show, by windows about their lines.
struct UnmixContrast {
  let elements: [String]
  let others: [Int]
  /// For each of the others and each element the part of its counts in the line over that of the matrix.
  let ratios: [[Double]]

  /// Above this a component does not lack an element: what the factorisation itself finds of it is near none.
  private static let greatestRatio = 0.5

  /// - Throws: `FitError` for an element without a line, `WorkflowError` where the matrix does not show it.
  init(_ spectra: [StoredSpectrum], matrix: Int, others: [Int], elements: [String], beamEnergy: Double?) throws {
    self.elements = elements
    self.others = others
    let lines = try elements.map { element in
      let spectrum = spectra[matrix]
      return try ScalingLine(
        element, line: nil, energies: spectrum.energies,
        beamEnergy: beamEnergy ?? spectrum.metadata.instrument.beamEnergy ?? 200, detector: SiliconDriftDetector())
    }
    func share(_ index: Int, _ line: ScalingLine) throws -> Double {
      let counts = spectra[index].counts.map { $0.isFinite ? $0 : 0 }
      let net = try line.windowNet(.init(counts: counts, energies: spectra[index].energies)).intensity.netCounts
      return net / max(counts.reduce(0, +), .leastNormalMagnitude)
    }
    let shares = try lines.map { try share(matrix, $0) }
    for (element, share) in zip(elements, shares) where share <= 0 {
      throw WorkflowError(
        "the matrix, component \(matrix + 1), does not show \(element) in windows about its line",
        advice: "Name elements that the matrix has and precipitates lack, or another matrix.")
    }
    ratios = try others.map { other in try zip(lines, shares).map { line, own in max(0, try share(other, line)) / own } }
  }

  /// The element that each of the others lacks: different ones where there are enough, with the least of them in all.
  func assignment() throws -> [(component: Int, element: String)] {
    let chosen: [Int]
    if elements.count >= others.count {
      chosen = best([], 0).choice
    } else {
      chosen = ratios.map { row in row.indices.min { row[$0] < row[$1] } ?? 0 }
    }
    return try zip(others.indices, chosen).map { index, element in
      guard ratios[index][element] < Self.greatestRatio else {
        throw WorkflowError(
          "component \(others[index] + 1) shows \(elements[element]) too "
            + "(\((ratios[index][element] * 100).rounded() / 100) times as much as the matrix): there is no contrast to subtract by",
          advice: "Name elements that the matrix has and the precipitates lack with --unique, or ask for fewer components.")
      }
      return (others[index], elements[element])
    }
  }

  /// The choice of elements for all others from one on that has the least sum of ratios.
  private func best(_ taken: [Int], _ sum: Double) -> (choice: [Int], sum: Double) {
    guard taken.count < others.count else { return (taken, sum) }
    var least: (choice: [Int], sum: Double) = ([], .infinity)
    for element in elements.indices where !taken.contains(element) {
      let found = best(taken + [element], sum + ratios[taken.count][element])
      if found.sum < least.sum { least = found }
    }
    return least
  }
}
