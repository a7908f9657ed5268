import Foundation
import LinearAlgebra

/// Compositions of many pixels from the counts of the same lines.
public struct PixelQuantification: Sendable {
  /// Lines, and so elements.
  public let width: Int
  private let strengths: [Double]
  /// Of measured factors, squared and relative; 0 of calculated ones, whose errors are estimates.
  private let factorVariances: [Double]
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
    factorVariances = resolved.map { quantification.table.isCalculated ? 0 : $0.relativeError * $0.relativeError }
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

  /// What was found of pixels, each rows × lines.
  public struct Pixels: Sendable {
    public var netCounts: [Float]
    /// One standard deviation, as are all errors.
    public var netCountsErrors: [Float]
    /// NaN, as are their errors, for a pixel in which no line has counts.
    public var atomicPercents: [Float]
    public var atomicPercentErrors: [Float]

    /// - Parameter count: rows times lines.
    public init(count: Int) {
      netCounts = Array(repeating: .nan, count: count)
      (netCountsErrors, atomicPercents, atomicPercentErrors) = (netCounts, netCounts, netCounts)
    }

    /// Takes one value of each kind from another, place by place.
    public mutating func set(_ place: Int, to other: Pixels, at otherPlace: Int) {
      netCounts[place] = other.netCounts[otherPlace]
      netCountsErrors[place] = other.netCountsErrors[otherPlace]
      atomicPercents[place] = other.atomicPercents[otherPlace]
      atomicPercentErrors[place] = other.atomicPercentErrors[otherPlace]
    }
  }

  /// Atomic percent of each element with errors, by the formulas of `Quantification`; net counts below 0 are taken for 0.
  ///
  /// - Parameters:
  ///   - products: rows × `weights.factor.width`, the spectra of the pixels times the factor.
  public func pixels(_ products: [Float], rows: Int, weights: PixelWeights) -> Pixels {
    let stride = weights.factor.width
    precondition(weights.lineCount == width && products.count >= rows * stride)
    var pixels = Pixels(count: rows * width)
    var amounts = [Double](repeating: 0, count: width)
    var (corrected, parts, factors) = (amounts, amounts, amounts)
    let counts = products.span
    for row in 0..<rows {
      var total = 0.0
      for line in 0..<width {
        let net = counts[row * stride + line]
        let error = weights.variance(of: line, counts.extracting(row * stride..<(row + 1) * stride)).squareRoot()
        pixels.netCounts[row * width + line] = net
        pixels.netCountsErrors[row * width + line] = Float(error)
        parts[line] = error
        let amount = Double(max(net, 0)) * strengths[line]
        amounts[line] = amount
        corrected[line] = amount
        factors[line] = 1
        total += amount
      }
      guard total > 0 else { continue }
      if massThickness ?? 0 > 0 || thicknessUnit > 0 { correct(amounts, &corrected, total, &factors) }
      var moles = 0.0
      for line in 0..<width { moles += corrected[line] / atomicWeights[line] }
      var sum = 0.0
      for line in 0..<width {
        let fraction = corrected[line] / atomicWeights[line] / moles
        let counted = parts[line] * strengths[line] * factors[line] / atomicWeights[line] / moles
        parts[line] = counted * counted + fraction * fraction * factorVariances[line]
        sum += parts[line]
        pixels.atomicPercents[row * width + line] = Float(100 * fraction)
      }
      for line in 0..<width {
        let fraction = corrected[line] / atomicWeights[line] / moles
        let left = 1 - fraction
        let variance = left * left * parts[line] + fraction * fraction * max(sum - parts[line], 0)
        pixels.atomicPercentErrors[row * width + line] = Float(100 * variance.squareRoot())
      }
    }
    return pixels
  }

  /// Iterates the absorption of a pixel's own composition, to 10⁻⁹ of all.
  ///
  /// - Parameter factors: what the counts of each line are multiplied by, overwritten.
  private func correct(_ amounts: [Double], _ corrected: inout [Double], _ sum: Double, _ factors: inout [Double]) {
    var total = sum
    for _ in 0..<100 {
      let thickness = (massThickness ?? (thicknessUnit * total)) / total
      var next = 0.0
      var change = 0.0
      for line in 0..<width {
        var depth = 0.0
        for other in 0..<width { depth += absorption[line * width + other] * corrected[other] }
        factors[line] = 1 / ThinFilm.transmission(depth: depth * thickness)
      }
      for line in 0..<width where amounts[line] > 0 {
        let value = amounts[line] * factors[line]
        change += abs(value - corrected[line])
        corrected[line] = value
        next += value
      }
      total = next
      if change < 1e-9 * total { return }
    }
  }
}
