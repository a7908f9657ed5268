internal import Microscopy

/// The spectrum of a phase that lies within another one: mixture − s · matrix.
///
/// s is the ratio of the net counts of a line of an element that the phase lacks (Chen et al. 2024). It is common to all channels:
/// their errors are independent ones, var(mixture) + s² var(matrix), and a fully correlated one, δs · matrix. Since s was made
/// from the same channels, the two go together: of the net counts Σ a x of the mixture and N = Σ b m of the matrix,
/// cov(s, x − s m) = (a var(mixture) + s² b var(matrix)) / N. What the scaling line has in the difference is then known far better
/// than s · matrix: by the same windows it is 0 exactly.
public struct SpectrumSubtraction: Sendable {
  public let mixture: SpectrumFit.Spectrum
  public let matrix: SpectrumFit.Spectrum
  /// Net counts of the line in either.
  public let mixtureNet: LineIntensity
  public let matrixNet: LineIntensity
  /// s
  public let scale: Double
  /// One standard deviation of s.
  public let scaleDeviation: Double
  /// The difference, channel by channel, its independent variance and its common deviation.
  public let counts: [Double]
  public let variance: [Double]
  public let commonDeviation: [Double]
  /// The covariance of each channel's independent error with the common one, whose standard deviation is taken for 1; nil where
  /// it is not known: errors are then at most what they are said to be where the scaling line lies.
  public let commonCovariance: [Double]?

  /// Deviations below zero from which a difference is called over-subtracted.
  public static let significance = 3.0

  /// - Throws: `FitError` when the matrix does not show the line, when the mixture does not, or when nothing is left.
  public init(
    _ mixture: SpectrumFit.Spectrum, _ matrix: SpectrumFit.Spectrum, mixtureNet: ScalingLine.Net, matrixNet: ScalingLine.Net
  ) throws(FitError) {
    let weights = (mixture: mixtureNet.weights, matrix: matrixNet.weights)
    let (mixtureNet, matrixNet) = (mixtureNet.intensity, matrixNet.intensity)
    let line = "\(matrixNet.element) \(matrixNet.line)"
    guard mixture.counts.count == matrix.counts.count else {
      throw FitError(
        "the mixture has \(mixture.counts.count) channels, and the matrix \(matrix.counts.count)",
        advice: "Give spectra of the same channels.")
    }
    for (name, net) in [("matrix", matrixNet), ("mixture", mixtureNet)] {
      guard net.netCounts.isFinite, net.error.isFinite, net.netCounts > Self.significance * net.error, net.netCounts > 0 else {
        throw FitError(
          "the \(name) does not show \(line): \(Self.text(net.netCounts)) ± \(Self.text(net.error)) net counts",
          advice: "Name an element that the matrix has and the phase sought lacks, or another line with --lines.")
      }
    }
    (self.mixture, self.matrix) = (mixture, matrix)
    (self.mixtureNet, self.matrixNet) = (mixtureNet, matrixNet)
    let scale = mixtureNet.netCounts / matrixNet.netCounts
    counts = zip(mixture.counts, matrix.counts).map { $0 - scale * $1 }
    let (own, other) = (mixture.variance ?? mixture.counts, matrix.variance ?? matrix.counts)
    variance = zip(own, other).map { max(0, $0) + scale * scale * max(0, $1) }
    let linear =
      mixture.commonDeviation == nil && matrix.commonDeviation == nil
      ? Self.linear(own, other, weights, scale: scale, net: matrixNet.netCounts) : nil
    let (a, b) = (mixtureNet.error / mixtureNet.netCounts, matrixNet.error / matrixNet.netCounts)
    let deviation = linear?.deviation ?? (scale * (a * a + b * b).squareRoot())
    (self.scale, scaleDeviation) = (scale, deviation)
    commonCovariance = linear?.covariance
    // Errors that the spectra brought with them are of other shapes; together they are at most this.
    let none = [Double](repeating: 0, count: counts.count)
    let (first, second) = (mixture.commonDeviation ?? none, matrix.commonDeviation ?? none)
    commonDeviation = counts.indices.map { channel in
      let parts = [deviation * matrix.counts[channel], first[channel], scale * second[channel]]
      return parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let left = Self.sum(counts)
    let (shared, along) = (Self.sum(commonDeviation), Self.sum(commonCovariance ?? []))
    let error = max(Self.sum(variance) + shared * shared + 2 * shared * along, 0).squareRoot()
    guard left > Self.significance * error else {
      throw FitError(
        "nothing is left of the mixture without the matrix: \(Self.text(left)) ± \(Self.text(error)) counts; there is no contrast in "
          + line, advice: "Name an element that the matrix has and the phase sought lacks.")
    }
  }

  /// The standard deviation of s, and the covariance of each channel of the difference with the part −δs/σ(s) · matrix of it.
  private static func linear(
    _ mixture: [Double], _ matrix: [Double], _ weights: (mixture: [Double], matrix: [Double]), scale: Double, net: Double
  ) -> (deviation: Double, covariance: [Double])? {
    guard weights.mixture.count == mixture.count, weights.matrix.count == matrix.count else { return nil }
    var covariance = [Double](repeating: 0, count: mixture.count)
    var square = 0.0
    for channel in covariance.indices where mixture[channel].isFinite && matrix[channel].isFinite {
      let (a, b) = (weights.mixture[channel], weights.matrix[channel])
      let (own, other) = (max(0, mixture[channel]), scale * scale * max(0, matrix[channel]))
      covariance[channel] = (a * own + b * other) / net
      square += (a * a * own + b * b * other) / (net * net)
    }
    let deviation = square.squareRoot()
    guard deviation > 0 else { return nil }
    return (deviation, covariance.map { -$0 / deviation })
  }

  /// The difference with all that is known of its errors.
  public var spectrum: SpectrumFit.Spectrum {
    SpectrumFit.Spectrum(
      counts: counts, variance: variance, commonDeviation: commonDeviation, commonCovariance: commonCovariance,
      energies: mixture.energies)
  }

  private static func sum(_ values: [Double]) -> Double { values.reduce(0) { $1.isFinite ? $0 + $1 : $0 } }
  static func text(_ value: Double) -> String { value.isFinite ? String((value * 10).rounded() / 10) : "\(value)" }
}

extension SpectrumSubtraction {
  /// A channel or the net counts of a line, with how many standard deviations they lie below zero.
  public struct OverSubtraction: Codable, Hashable, Sendable {
    /// "channel", or a line such as "Mg Ka".
    public var place: String
    /// keV
    public var from: Double
    public var to: Double
    public var counts: Double
    /// One standard deviation.
    public var deviation: Double
    /// counts / deviation
    public var z: Double
  }

  /// The channels that lie significantly below zero.
  ///
  /// A channel's deviation is at least what it would be if there were nothing but matrix, since few counts tell little of their
  /// variance. Of many channels one in 741 lies that low by chance.
  public var overSubtractedChannels: [OverSubtraction] {
    let axis = mixture.energies
    return counts.indices.compactMap { channel in
      let expected = max(0, scale * matrix.counts[channel])
      let own = scale * scale * max(0, (matrix.variance ?? matrix.counts)[channel])
      let shared = commonDeviation[channel]
      let along = commonCovariance?[channel] ?? 0
      let deviation = (max(variance[channel], expected + own) + shared * shared + 2 * shared * along).squareRoot()
      let z = counts[channel] / deviation
      // Not a number where a channel was left out.
      guard z < -Self.significance else { return nil }
      return OverSubtraction(
        place: "channel", from: axis.value(at: channel) - axis.scale / 2, to: axis.value(at: channel) + axis.scale / 2,
        counts: counts[channel], deviation: deviation, z: z)
    }
  }

  /// The lines whose net counts lie significantly below zero.
  ///
  /// Where a window of background meets the window of another line, its counts tell nothing of the background: the counts of the
  /// line's window are then taken as they are.
  /// - Parameter windows: of the lines that matrix or mixture may show.
  public func overSubtractedLines(_ windows: [LineWindows]) -> [OverSubtraction] {
    let axis = mixture.energies
    return windows.compactMap { line in
      let isFree = line.background.allSatisfy { beside in
        windows.allSatisfy { $0 == line || !$0.signal.overlaps(beside) }
      }
      let net =
        isFree
        ? line.counted(spectrum).intensity : gross(line)
      // The line that was scaled by is 0 but for rounding.
      let z = net.netCounts / max(net.error, 1e-6 * variance[line.signal].reduce(0, +).squareRoot())
      guard z < -Self.significance else { return nil }
      return OverSubtraction(
        place: "\(line.element) \(line.line)", from: axis.value(at: line.signal.lowerBound) - axis.scale / 2,
        to: axis.value(at: line.signal.upperBound - 1) + axis.scale / 2, counts: net.netCounts, deviation: net.error, z: z)
    }
  }

  /// All counts of a line's window.
  private func gross(_ line: LineWindows) -> LineIntensity {
    let shared = commonDeviation[line.signal].reduce(0, +)
    let along = commonCovariance?[line.signal].reduce(0, +) ?? 0
    let error = max(variance[line.signal].reduce(0, +) + shared * shared + 2 * shared * along, 0).squareRoot()
    return LineIntensity(
      element: line.element, line: line.line, netCounts: counts[line.signal].reduce(0, +), error: error)
  }
}
