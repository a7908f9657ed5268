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
  /// - Throws: `FitError` where a channel of the windows has no value.
  public func intensity(
    _ spectrum: SpectrumFit.Spectrum
  ) throws(FitError) -> (intensity: LineIntensity, background: Double) {
    for window in [signal] + background {
      if let channel = window.first(where: { !spectrum.counts[$0].isFinite }) {
        throw FitError(
          "channel \(channel) at \(SpectrumFit.text(spectrum.energies.value(at: channel))) keV, in a window of \(element) "
            + "\(line), has no value", advice: "Leave the element out, or fit the spectrum, which does without the channel.")
      }
    }
    return counted(spectrum)
  }

  /// The same, of channels that have values.
  ///
  /// What all channels share adds the square of its own net counts, and twice their product with what it shares with the channels.
  func counted(_ spectrum: SpectrumFit.Spectrum) -> (intensity: LineIntensity, background: Double) {
    let net = sum(spectrum.counts, -ratio)
    let own = max(sum(spectrum.variance ?? spectrum.counts, ratio * ratio), 0)
    let shared = spectrum.commonDeviation.map { sum($0, -ratio) } ?? 0
    let along = spectrum.commonCovariance.map { sum($0, -ratio) } ?? 0
    let error = max(own + shared * shared + 2 * shared * along, 0).squareRoot()
    return (
      LineIntensity(element: element, line: line, netCounts: net, error: error),
      spectrum.counts[signal].reduce(0, +) - net
    )
  }

  private func sum(_ values: [Double], _ factor: Double) -> Double {
    values[signal].reduce(0, +) + factor * background.reduce(0) { $0 + values[$1].reduce(0, +) }
  }

  /// What each channel is multiplied by to give the net counts.
  func weights(channelCount: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: channelCount)
    for channel in signal { weights[channel] += 1 }
    for window in background { for channel in window { weights[channel] -= ratio } }
    return weights
  }
}
