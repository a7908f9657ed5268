public import LinearAlgebra

/// What the channels of a pixel are multiplied by to give the net counts of lines and their variances.
public struct PixelWeights: Sendable {
  /// channels × columns: first the net counts of each line, then what their variances are made of.
  public let factor: PaddedFactor
  public let lineCount: Int
  /// Whether lines are told apart by a fit, so that their counts vary together.
  let hasCovariances: Bool
  /// columns wide: the covariance of a pair of lines per count of each column; lines alone, or pairs (0, 0), (1, 0), (1, 1) …
  private let noise: Matrix

  /// Windows: net = P − r B', var = P + r² B'.
  init(_ windows: [LineWindows], channelCount: Int) {
    lineCount = windows.count
    hasCovariances = false
    var factor = PaddedFactor(zeros: channelCount, components: 2 * windows.count)
    var noise = Matrix(zeros: windows.count, 2 * windows.count)
    for (line, window) in windows.enumerated() {
      noise[line, windows.count + line] = 1
      for (channel, weight) in window.weights(channelCount: channelCount).enumerated() {
        factor[channel, line] = Float(weight)
        factor[channel, windows.count + line] = Float(weight * weight)
      }
    }
    (self.factor, self.noise) = (factor, noise)
  }

  /// Least squares with the shapes φ that were fitted to a sum, weighted by the model of the sum: the amounts of a pixel are
  /// linear in its counts, and their covariance is that of counts about its own model, Σ_c w_c w'_c Σ_s φ_sc max(amount_s, 0).
  ///
  /// - Parameter lines: the row of each line's family, and the part of the family that the line is.
  init(_ fitted: FittedSpectrum, lines: [(row: Int, fraction: Double)], channelCount: Int) {
    lineCount = lines.count
    hasCovariances = true
    let shapes = fitted.allShapes
    let others = (0..<shapes.rows).filter { row in !lines.contains { $0.row == row } }
    // One column per shape; those of lines in their order, and in counts of the line.
    let columns = lines + others.map { (row: $0, fraction: 1) }
    var factor = PaddedFactor(zeros: channelCount, components: columns.count)
    var noise = Matrix(zeros: lines.count * (lines.count + 1) / 2, columns.count)
    if let solver = fitted.estimator {
      for (column, shape) in columns.enumerated() {
        for (index, channel) in fitted.channels.enumerated() {
          factor[channel, column] = Float(shape.fraction * solver[shape.row, index])
        }
      }
      // Of each shape, with the weights of each pair of lines: (weights of one × weights of the other) · shapes.
      let own = lines.map { line in (0..<shapes.columns).map { line.fraction * solver[line.row, $0] } }
      for first in lines.indices {
        for second in 0...first {
          let sums = shapes.times(zip(own[first], own[second]).map { $0 * $1 })
          for (column, shape) in columns.enumerated() where shape.fraction > 0 {
            noise[Self.pair(first, second), column] = sums[shape.row] / shape.fraction
          }
        }
      }
    }
    (self.factor, self.noise) = (factor, noise)
  }

  private static func pair(_ first: Int, _ second: Int) -> Int {
    let (low, high) = (min(first, second), max(first, second))
    return high * (high + 1) / 2 + low
  }

  /// The covariance of the net counts of two lines, of one its variance, from the product of a pixel's spectrum with the factor;
  /// 0 for two lines by windows.
  func covariance(_ line: Int, _ other: Int, _ product: borrowing Span<Float>) -> Double {
    guard hasCovariances || line == other else { return 0 }
    let row = hasCovariances ? Self.pair(line, other) : line
    var sum = 0.0
    for column in 0..<noise.columns { sum += noise[row, column] * Double(max(product[column], 0)) }
    return line == other ? max(sum, 0) : sum
  }
}

extension SpectrumQuantification.Result {
  /// What the channels of a pixel are multiplied by to give the net counts of each line of the composition.
  public func weights(channelCount: Int) -> PixelWeights {
    if let windows { return PixelWeights(windows, channelCount: channelCount) }
    let lines = intensities.compactMap { intensity -> (row: Int, fraction: Double)? in
      let row = fitted.families.firstIndex {
        $0.family.element == intensity.element && $0.fraction(of: intensity.line) > 0
      }
      return row.map { ($0, fitted.families[$0].fraction(of: intensity.line)) }
    }
    return PixelWeights(fitted, lines: lines, channelCount: channelCount)
  }
}
