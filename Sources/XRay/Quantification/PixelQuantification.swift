import Foundation
public import LinearAlgebra

/// Compositions of many pixels from the counts of the same lines.
public struct PixelQuantification: Sendable {
  /// Lines, and so elements.
  public let width: Int
  private let strengths: [Double]
  private let atomicWeights: [Double]
  /// μ/ρ of each element (columns) for each line (rows), over the sine of the take-off angle; cm²/g.
  private let absorption: [Double]
  private let massThickness: Double?
  /// g/cm² per unit of Σ κ I a; 0 where the factors do not tell it.
  private let thicknessUnit: Double

  /// - Parameter electrons: of one pixel.
  /// - Throws: `FitError` for a line without a factor.
  public init(
    _ quantification: Quantification, lines: [LineIntensity], electronsOfPixel electrons: Double?
  ) throws(FitError) {
    let resolved = try quantification.resolve(lines)
    width = resolved.count
    strengths = resolved.map(\.strength)
    atomicWeights = resolved.map(\.atomicWeight)
    massThickness = quantification.massThickness
    let sine = sin(quantification.takeOffAngle * .pi / 180)
    var absorption: [Double] = []
    for line in resolved {
      for other in resolved {
        absorption.append((MassAbsorption(of: other.intensity.element)?.coefficient(at: line.energy) ?? 0) / sine)
      }
    }
    self.absorption = absorption
    thicknessUnit =
      switch (quantification.table.method, electrons) {
      case (.zeta, .some(let electrons)) where electrons > 0: 0.1 / electrons
      case (.crossSection, .some(let electrons)) where electrons > 0: 1 / (electrons * 1e-24 * 6.022_140_76e23)
      default: 0
      }
  }

  /// Atomic percent of each element; NaN for a pixel in which no line has counts. Counts below 0 are taken for 0.
  ///
  /// - Parameters:
  ///   - counts: rows × stride, of which the first `width` are the lines.
  ///   - percents: rows × width, overwritten.
  public func atomicPercents(_ counts: [Float], stride: Int, rows: Int, into percents: inout [Float]) {
    precondition(stride >= width && counts.count >= rows * stride && percents.count >= rows * width)
    var amounts = [Double](repeating: 0, count: width)
    var corrected = amounts
    let counts = counts.span
    var percents = percents.mutableSpan
    for row in 0..<rows {
      var total = 0.0
      for line in 0..<width {
        let amount = Double(max(counts[row * stride + line], 0)) * strengths[line]
        amounts[line] = amount
        corrected[line] = amount
        total += amount
      }
      guard total > 0 else {
        for line in 0..<width { percents[row * width + line] = .nan }
        continue
      }
      if massThickness ?? 0 > 0 || thicknessUnit > 0 { correct(amounts, &corrected, total) }
      var moles = 0.0
      for line in 0..<width { moles += corrected[line] / atomicWeights[line] }
      for line in 0..<width {
        percents[row * width + line] = Float(100 * corrected[line] / atomicWeights[line] / moles)
      }
    }
  }

  /// Iterates the absorption of a pixel's own composition, to 10⁻⁹ of all.
  private func correct(_ amounts: [Double], _ corrected: inout [Double], _ sum: Double) {
    var total = sum
    for _ in 0..<100 {
      let thickness = massThickness ?? (thicknessUnit * total)
      let factor = thickness / total
      var next = 0.0
      var change = 0.0
      let before = corrected
      for line in 0..<width {
        guard amounts[line] > 0 else { continue }
        var depth = 0.0
        for other in 0..<width { depth += absorption[line * width + other] * before[other] }
        let value = amounts[line] / ThinFilm.transmission(depth: depth * factor)
        change += abs(value - before[line])
        corrected[line] = value
        next += value
      }
      total = next
      if change < 1e-9 * total { return }
    }
  }
}

extension SpectrumQuantification.Result {
  /// What the channels of a pixel are multiplied by to give the net counts of each line; lines are the components.
  ///
  /// For a fit, least squares with the shapes that were fitted to the sum, weighted by the model of the sum; for windows,
  /// the sums and differences that they are.
  public func weights(channelCount: Int) -> PaddedFactor {
    var result = PaddedFactor(zeros: channelCount, components: intensities.count)
    if let windows {
      for (column, window) in windows.enumerated() {
        for (channel, weight) in window.weights(channelCount: channelCount).enumerated() {
          result[channel, column] = Float(weight)
        }
      }
      return result
    }
    let weighted = fitted.allShapes.scaled(columns: fitted.variance.map { 1 / $0 })
    guard let covariance = weighted.timesTransposed(fitted.allShapes).inverseOfPositiveDefinite() else { return result }
    let solver = covariance * weighted
    for (column, intensity) in intensities.enumerated() {
      let row = fitted.families.firstIndex {
        $0.family.element == intensity.element && $0.fraction(of: intensity.line) > 0
      }
      guard let row else { continue }
      let fraction = fitted.families[row].fraction(of: intensity.line)
      for (index, channel) in fitted.channels.enumerated() {
        result[channel, column] = Float(fraction * solver[row, index])
      }
    }
    return result
  }
}
