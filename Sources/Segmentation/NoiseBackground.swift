/// The background of an image of noise in which something stands out: what the most values lie about, and how far they scatter.
///
/// Neither asks how many pixels stand out, as long as the densest part of the values is background.
public struct NoiseBackground: Hashable, Sendable {
  /// The half-sample mode (Bickel & Frühwirth 2006): the densest half of the values, the densest half of these, and so on.
  public let middle: Double
  /// One standard deviation, by the median distance of the values that lie below the middle; no less than the noise that is
  /// given.
  public let deviation: Double

  /// - Parameter noise: what one standard deviation is at least.
  /// - Throws: `SegmentationError` when no value is finite.
  public init(_ values: [Double], noise: Double = 0) throws(SegmentationError) {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else {
      throw SegmentationError("the image has no finite value", advice: "Choose another component.")
    }
    let middle = Self.mode(sorted)
    self.middle = middle
    let below = sorted.prefix { $0 < middle }
    // Of the absolute values of normal deviates the median is 0.6745.
    let scatter = below.isEmpty ? 0 : 1.4826 * (middle - Self.median(below))
    deviation = max(scatter, noise)
  }

  public func level(_ deviations: Double) -> Double { middle + deviations * deviation }

  private static func mode(_ sorted: [Double]) -> Double {
    var part = sorted[...]
    while part.count > 8 {
      let half = (part.count + 1) / 2
      let starts = part.startIndex...part.endIndex - half
      let start = starts.min { part[$0 + half - 1] - part[$0] < part[$1 + half - 1] - part[$1] } ?? part.startIndex
      part = part[start..<start + half]
    }
    return median(part)
  }

  private static func median(_ sorted: ArraySlice<Double>) -> Double {
    let half = sorted.startIndex + sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}
