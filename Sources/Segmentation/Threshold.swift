/// How the value is found above which pixels belong to a mask.
public enum Threshold: Hashable, Sendable {
  /// The value that parts the histogram into two classes of the greatest variance between them (Otsu 1979).
  case otsu
  /// The value whose bin lies farthest below the line from the peak of the histogram to its longer tail (Zack et al. 1977).
  case triangle
  /// So many standard deviations above the background: the value about which most pixels lie, and their deviation below it, as
  /// what stands out lies above.
  case noise(Double)
  case value(Double)

  /// "otsu", "triangle", "noise:3" or a number; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "otsu": self = .otsu
    case "triangle": self = .triangle
    default:
      let isNoise = text.hasPrefix("noise:")
      guard let value = Double(isNoise ? String(text.dropFirst(6)) : text), value.isFinite else { return nil }
      self = isNoise ? .noise(value) : .value(value)
    }
  }

  /// As it is typed.
  public var text: String {
    switch self {
    case .otsu: "otsu"
    case .triangle: "triangle"
    case .noise(let deviations): "noise:\(deviations)"
    case .value(let value): "\(value)"
    }
  }

  /// The value for an image; NaN and infinite pixels count for nothing.
  ///
  /// Histograms have 256 bins from the least to the greatest value, and the result is the middle of a bin, as in scikit-image.
  /// - Parameter noise: what one standard deviation is at least, for a level above noise.
  /// - Throws: `SegmentationError` when the image has no two values to part.
  public func level(of image: [Double], noise: Double = 0) throws(SegmentationError) -> Double {
    switch self {
    case .value(let value): value
    case .otsu: try Histogram(image).otsu
    case .triangle: try Histogram(image).triangle
    case .noise(let deviations): try Self.noiseLevel(NoiseBackground(image, noise: noise), deviations)
    }
  }
}

extension Threshold {
  private static func noiseLevel(_ background: NoiseBackground, _ deviations: Double) throws(SegmentationError) -> Double {
    guard background.deviation > 0 else {
      throw SegmentationError(
        "the background of the image does not vary about \(background.middle), so that noise tells no level",
        advice: "Choose another method, or give the threshold as a number.")
    }
    return background.level(deviations)
  }
}

/// How often values occur, in bins of equal width.
struct Histogram {
  var counts: [Int]
  var low: Double
  var high: Double

  /// - Throws: `SegmentationError` when there are no two finite values.
  init(_ values: [Double], bins: Int = 256) throws(SegmentationError) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    // The width of the range must be a number, too.
    guard low < high, (high - low).isFinite else {
      throw SegmentationError(
        low > high ? "the image has no finite value" : "every pixel of the image has the value \(low), so nothing stands out",
        advice: "Choose another component, or give the threshold as a number.")
    }
    counts = Array(repeating: 0, count: bins)
    for value in values where value.isFinite {
      counts[min(bins - 1, Int((value - low) / (high - low) * Double(bins)))] += 1
    }
    (self.low, self.high) = (low, high)
  }

  /// The value in the middle of a bin.
  func middle(_ bin: Int) -> Double { low + (Double(bin) + 0.5) * ((high - low) / Double(counts.count)) }

  var otsu: Double {
    let total = counts.reduce(0, +)
    let moment = counts.indices.reduce(0.0) { $0 + Double(counts[$1]) * middle($1) }
    var (weight, sum) = (0, 0.0)
    var best = (bin: 0, variance: -1.0)
    for bin in counts.indices.dropLast() {
      weight += counts[bin]
      sum += Double(counts[bin]) * middle(bin)
      guard weight > 0, weight < total else { continue }
      let difference = sum / Double(weight) - (moment - sum) / Double(total - weight)
      let variance = Double(weight) * Double(total - weight) * difference * difference
      if variance > best.variance { best = (bin, variance) }
    }
    return middle(best.bin)
  }

  var triangle: Double {
    var peak = 0
    for bin in counts.indices where counts[bin] > counts[peak] { peak = bin }
    let first = counts.firstIndex { $0 > 0 } ?? 0
    let last = counts.lastIndex { $0 > 0 } ?? 0
    // The line goes to the longer tail.
    let goesRight = peak - first < last - peak
    let length = goesRight ? last - peak : peak - first
    var best = (bin: goesRight ? last : first, distance: 0)
    for step in 0..<length {
      let bin = goesRight ? last - step : first + step
      let distance = counts[peak] * step - length * counts[bin]
      if step == 0 || distance > best.distance { best = (bin, distance) }
    }
    return middle(best.bin)
  }
}
