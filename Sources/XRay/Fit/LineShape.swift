import Foundation

/// Gaussian lines integrated over channels, with their derivatives to what calibrates them.
struct LineShape: Sendable {
  let calibration: SpectrumCalibration
  /// The channels that are looked at.
  let channels: Range<Int>

  /// Standard deviations beyond which a line has nothing left: 2·10⁻⁹ of it.
  private static let reach = 6.0

  /// The channels that a line reaches, its centre and its standard deviation in keV.
  private func extent(_ energy: Double) -> (channels: Range<Int>, deviation: Double) {
    let deviation = calibration.width(at: energy) / (8 * log(2.0)).squareRoot()
    let low = calibration.channel(ofEnergy: energy - Self.reach * deviation).rounded(.down)
    let high = calibration.channel(ofEnergy: energy + Self.reach * deviation).rounded(.up) + 1
    guard low < Double(channels.upperBound), high > Double(channels.lowerBound) else {
      return (channels.lowerBound..<channels.lowerBound, deviation)
    }
    return (max(channels.lowerBound, Int(low))..<min(channels.upperBound, Int(high)), deviation)
  }

  /// Adds a line at an energy in keV to a row of values, one per channel.
  ///
  /// - Parameter start: where the row begins.
  func add(_ energy: Double, weight: Double, to values: inout [Double], at start: Int = 0) {
    let (reached, deviation) = extent(energy)
    guard !reached.isEmpty, weight != 0 else { return }
    let factor = 1 / (deviation * 2.0.squareRoot())
    func below(_ edge: Double) -> Double { 0.5 * erfc((energy - calibration.energy(ofChannel: edge)) * factor) }
    var lower = below(Double(reached.lowerBound) - 0.5)
    var index = start + reached.lowerBound - channels.lowerBound
    for channel in reached {
      let upper = below(Double(channel) + 0.5)
      values[index] += weight * (upper - lower)
      lower = upper
      index += 1
    }
  }

  /// Adds the derivatives of a line to rows of values, one row per parameter.
  func addDerivatives(
    _ energy: Double, weight: Double, to values: inout [Double], _ parameters: [SpectrumCalibration.Parameter]
  ) {
    let (reached, deviation) = extent(energy)
    guard !reached.isEmpty, weight != 0 else { return }
    /// The derivative of what lies below an edge.
    func slopes(_ edge: Double) -> (Double, Double, Double) {
      let u = (calibration.energy(ofChannel: edge) - energy) / deviation
      let density = exp(-u * u / 2) / (deviation * (2 * Double.pi).squareRoot())
      return (density, density * edge, -u * density / (2 * deviation * 8 * log(2.0)))
    }
    var lower = slopes(Double(reached.lowerBound) - 0.5)
    for channel in reached {
      let upper = slopes(Double(channel) + 0.5)
      for (row, parameter) in parameters.enumerated() {
        let change =
          switch parameter {
          case .offset: upper.0 - lower.0
          case .scale: upper.1 - lower.1
          case .noise: upper.2 - lower.2
          case .slope: energy * (upper.2 - lower.2)
          }
        values[row * channels.count + channel - channels.lowerBound] += weight * change
      }
      lower = upper
    }
  }
}
