import LinearAlgebra

/// Compositions of many pixels from the counts of the same lines.
public struct PixelQuantification: Sendable {
  /// Lines, and so elements.
  public let width: Int
  private let strengths: [Double]
  /// Of measured factors, squared and relative; 0 of calculated ones, whose errors are estimates.
  private let factorVariances: [Double]
  private let atomicWeights: [Double]
  private let absorption: SelfAbsorption

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
    absorption = SelfAbsorption(quantification, resolved, electrons: electrons)
  }

  /// What was found of pixels, each rows × lines.
  public struct Pixels: Sendable {
    public var netCounts: [Float]
    /// One standard deviation, as are all errors.
    public var netCountsErrors: [Float]
    /// NaN, as are their errors, for a pixel in which no line has counts, or that is `unsettled`.
    public var atomicPercents: [Float]
    public var atomicPercentErrors: [Float]
    /// Pixels whose counts, dose and factors lead to no film that a beam goes through.
    public var unsettled = 0

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
    var (factors, units, sums, own) = (amounts, amounts, amounts, amounts)
    let counts = products.span
    for row in 0..<rows {
      let product = counts.extracting(row * stride..<(row + 1) * stride)
      var total = 0.0
      for line in 0..<width {
        pixels.netCounts[row * width + line] = product[line]
        own[line] = weights.covariance(line, line, product)
        pixels.netCountsErrors[row * width + line] = Float(own[line].squareRoot())
        amounts[line] = Double(max(product[line], 0)) * strengths[line]
        factors[line] = 1
        total += amounts[line]
      }
      guard total > 0 else { continue }
      if absorption.isAbsorbing {
        guard case .settled = absorption.iterate(amounts, &factors) else {
          pixels.unsettled += 1
          continue
        }
      }
      var moles = 0.0
      for line in 0..<width { moles += amounts[line] * factors[line] / atomicWeights[line] }
      // Covariances of the parts of the sum, as atoms; sums[i] = Σ_j P_ij.
      var all = 0.0
      for line in 0..<width {
        units[line] = strengths[line] * factors[line] / atomicWeights[line] / moles
        let fraction = amounts[line] * factors[line] / atomicWeights[line] / moles
        own[line] = own[line] * units[line] * units[line] + fraction * fraction * factorVariances[line]
        sums[line] = own[line]
        all += own[line]
      }
      if weights.hasCovariances {
        for line in 1..<max(width, 1) {
          for other in 0..<line {
            let shared = weights.covariance(line, other, product) * units[line] * units[other]
            sums[line] += shared
            sums[other] += shared
            all += 2 * shared
          }
        }
      }
      for line in 0..<width {
        let fraction = amounts[line] * factors[line] / atomicWeights[line] / moles
        let variance = own[line] - 2 * fraction * sums[line] + fraction * fraction * all
        pixels.atomicPercents[row * width + line] = Float(100 * fraction)
        pixels.atomicPercentErrors[row * width + line] = Float(100 * max(variance, 0).squareRoot())
      }
    }
    return pixels
  }
}
