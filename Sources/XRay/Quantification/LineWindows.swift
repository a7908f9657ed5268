public import Microscopy

/// Windows of channels around a line: its own, and two beside it that tell the background.
public struct LineWindows: Hashable, Sendable, Codable {
  public var element: String
  /// "Ka"
  public var line: String
  /// Channels.
  public var signal: Range<Int>
  public var background: [Range<Int>]

  public init(element: String, line: String, signal: Range<Int>, background: [Range<Int>]) {
    self.element = element
    self.line = line
    self.signal = signal
    self.background = background
  }

  /// Windows by their ends in units of the axis; a channel belongs to a window from the one nearest to its beginning up to,
  /// but not including, the one nearest to its end, as HyperSpy slices.
  ///
  /// - Throws: `FitError` for a window without channels, or beyond the axis.
  public init(
    element: String, line: String, signal: (Double, Double), background: [(Double, Double)], on axis: Axis
  ) throws(FitError) {
    func channels(_ ends: (Double, Double)) throws(FitError) -> Range<Int> {
      let indices = [ends.0, ends.1].map { (($0 - axis.offset) / axis.scale).rounded(.toNearestOrEven) }
      guard indices[0] >= 0, indices[1] <= Double(axis.size), indices[0] < indices[1] else {
        throw FitError(
          "the window \(SpectrumFit.text(ends.0)) to \(SpectrumFit.text(ends.1)) keV of \(element) \(line) has no channels or lies "
            + "beyond the axis", advice: "Leave the element out, or fit the spectrum instead.")
      }
      return Int(indices[0])..<Int(indices[1])
    }
    self.init(element: element, line: line, signal: try channels(signal), background: try background.map(channels))
  }

  /// r: the channels of the line's window over those of the background's.
  public var ratio: Double { Double(signal.count) / Double(background.reduce(0) { $0 + $1.count }) }

  /// What is counted: net = P − r B', var = P + r² B'.
  ///
  /// - Parameters:
  ///   - variance: of each channel; nil: the counts themselves.
  ///   - common: one standard deviation of what all channels share.
  public func intensity(
    _ counts: [Double], variance: [Double]? = nil, common: [Double]? = nil
  ) -> (intensity: LineIntensity, background: Double) {
    func sum(_ values: [Double], _ factor: Double) -> Double {
      let beside = background.reduce(0) { $0 + values[$1].reduce(0, +) }
      return values[signal].reduce(0, +) + factor * beside
    }
    let net = sum(counts, -ratio)
    let shared = common.map { sum($0, -ratio) } ?? 0
    let error = (max(sum(variance ?? counts, ratio * ratio), 0) + shared * shared).squareRoot()
    return (
      LineIntensity(element: element, line: line, netCounts: net, error: error), counts[signal].reduce(0, +) - net
    )
  }

  /// What each channel is multiplied by to give the net counts.
  func weights(channelCount: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: channelCount)
    for channel in signal { weights[channel] += 1 }
    for window in background { for channel in window { weights[channel] -= ratio } }
    return weights
  }
}
