public import LinearAlgebra

/// What the channels of a pixel are multiplied by to give the net counts of lines and their variances.
public struct PixelWeights: Sendable {
  /// channels × columns: first the net counts of each line, then what their variances are made of.
  public let factor: PaddedFactor
  public let lineCount: Int
  /// lines × columns: the variance of a line per count of each column.
  private let noise: Matrix

  /// Windows: net = P − r B', var = P + r² B'.
  init(_ windows: [LineWindows], channelCount: Int) {
    lineCount = windows.count
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
  /// linear in its counts, and their variance is that of counts about its own model, Σ_c w_c² Σ_s φ_sc max(amount_s, 0).
  ///
  /// - Parameter lines: the row of each line's family, and the part of the family that the line is.
  init(_ fitted: FittedSpectrum, lines: [(row: Int, fraction: Double)], channelCount: Int) {
    lineCount = lines.count
    let shapes = fitted.allShapes
    let others = (0..<shapes.rows).filter { row in !lines.contains { $0.row == row } }
    // One column per shape; those of lines in their order, and in counts of the line.
    let columns = lines + others.map { (row: $0, fraction: 1) }
    var factor = PaddedFactor(zeros: channelCount, components: columns.count)
    var noise = Matrix(zeros: lines.count, columns.count)
    let weighted = shapes.scaled(columns: fitted.variance.map { 1 / $0 })
    if let covariance = weighted.timesTransposed(shapes).inverseOfPositiveDefinite() {
      let solver = covariance * weighted
      for (column, shape) in columns.enumerated() {
        for (index, channel) in fitted.channels.enumerated() {
          factor[channel, column] = Float(shape.fraction * solver[shape.row, index])
        }
      }
      for line in lines.indices {
        for (column, shape) in columns.enumerated() where shape.fraction > 0 {
          var sum = 0.0
          for index in 0..<shapes.columns {
            let weight = lines[line].fraction * solver[lines[line].row, index]
            sum += weight * weight * shapes[shape.row, index]
          }
          noise[line, column] = sum / shape.fraction
        }
      }
    }
    (self.factor, self.noise) = (factor, noise)
  }

  /// The variance of the net counts of a line, from the product of a pixel's spectrum with the factor.
  func variance(of line: Int, _ product: borrowing Span<Float>) -> Double {
    var sum = 0.0
    for column in 0..<noise.columns { sum += noise[line, column] * Double(max(product[column], 0)) }
    return max(sum, 0)
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
