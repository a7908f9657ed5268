internal import Foundation

/// A bar of a nice length below an image: 1, 2 or 5 times a power of ten in the axis' unit.
public struct ScaleBar: Hashable, Sendable {
  /// The length in pixels of the image.
  public var pixels: Double
  /// "50 nm", "2 µm", "20 px".
  public var label: String

  /// The longest nice bar that is no longer than a part of the width; nil where the scale is no positive number.
  ///
  /// - Parameters:
  ///   - columns: the width of the image in pixels.
  ///   - scale: the width of a pixel; its sign is of no account.
  ///   - units: of the scale; without one the bar is in pixels.
  ///   - share: the greatest length as a part of the width.
  public init?(columns: Int, scale: Double, units: String, share: Double = 0.35) {
    let units = UnitText.shown(units)
    let size = units.isEmpty ? 1 : scale.magnitude
    guard columns > 0, size > 0, size.isFinite else { return nil }
    let limit = Double(columns) * size * share
    let power = pow(10, (log10(limit) + 1e-12).rounded(.down))
    guard power > 0, limit.isFinite else { return nil }
    var length = power
    for factor in [2.0, 5] where factor * power <= limit * 1.000001 { length = factor * power }
    // No part of a pixel where pixels are all that is known.
    if units.isEmpty { length = max(1, length) }
    pixels = length / size
    let (value, unit) = Self.prefixed(length, units)
    label = "\(NumberText.significant(value, digits: 3)) \(unit.isEmpty ? "px" : unit)"
  }

  /// Metres with the prefix that makes the number one from 1 to 999, where the unit is a metre with a prefix.
  static func prefixed(_ value: Double, _ units: String) -> (Double, String) {
    let prefixes: [(String, Int)] = [("pm", -12), ("nm", -9), ("µm", -6), ("mm", -3), ("m", 0)]
    guard let own = prefixes.first(where: { $0.0 == units }) else { return (value, units) }
    let metres = log10(value) + Double(own.1)
    let best = prefixes.last { metres >= Double($0.1) - 1e-9 } ?? prefixes[0]
    return (value * pow(10, Double(own.1 - best.1)), best.0)
  }
}
