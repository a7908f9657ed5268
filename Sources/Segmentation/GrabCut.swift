internal import CGrabCut

/// Parts an image into foreground and background by graph cuts (Rother, Kolmogorov & Blake 2004), by OpenCV's `cv::grabCut`.
///
/// The image is stretched to 256 levels between the 0.1st and the 99.9th percentile and given three times: as it is, and smoothed
/// over 3 × 3 and 5 × 5 pixels, since counts of single pixels are noisy. What stands out beyond the rectangles would teach the
/// algorithm that bright pixels are background: there such pixels take values of the others. The same image gives the same mask.
public struct GrabCut: Codable, Hashable, Sendable {
  /// Loose rectangles around what is sought: outside of all is background; within each what lies above the mean of the brighter of the
  /// two classes that Otsu's threshold makes is foreground. None: what lies beyond the means of the two classes of the whole image
  /// is foreground and background.
  public var rectangles: [PixelRectangle]
  public var iterations: Int

  public init(rectangles: [PixelRectangle] = [], iterations: Int = 5) {
    self.rectangles = rectangles
    self.iterations = iterations
  }

  /// What the algorithm takes for given about a pixel; the values are OpenCV's.
  enum Label: UInt8 {
    case background = 0
    case foreground = 1
    case probableBackground = 2
    case probableForeground = 3
  }

  /// The foreground of an image of one or two axes, in C order; NaN and infinite pixels are background.
  ///
  /// - Throws: `SegmentationError` when the image has no contrast, a rectangle lies outside or leaves no background.
  public func mask(of image: [Double], shape: [Int]) throws(SegmentationError) -> PixelMask {
    precondition(image.count == shape.reduce(1, *))
    guard let (height, width) = PixelRectangle.extents(shape) else {
      throw SegmentationError(
        "GrabCut needs an image, and the map has \(shape.count) navigation axes",
        advice: "Use lamella mask threshold, which takes any number of axes.")
    }
    guard height < 1 << 15, width < 1 << 15, height * width <= 1 << 26 else {
      throw SegmentationError(
        "an image of \(height) × \(width) pixels is more than GrabCut takes", advice: "Use lamella mask threshold.")
    }
    guard (1...1000).contains(iterations) else {
      throw SegmentationError("\(iterations) iterations", advice: "Ask for 1 to 1000.")
    }
    let smooth = Self.smoothed(image, height: height, width: width, reach: 1)
    var (labels, level) = try known(image, smooth: smooth, shape: shape)
    let levels = try Self.levels(of: calmed(image, smooth: smooth, labels, level))
    var colours = [UInt8](repeating: 0, count: 3 * image.count)
    let images = [levels] + [1, 2].map { Self.smoothed(levels, height: height, width: width, reach: $0) }
    for (channel, values) in images.enumerated() {
      for pixel in values.indices { colours[3 * pixel + channel] = UInt8(min(255, max(0, values[pixel].rounded()))) }
    }
    var message = [CChar](repeating: 0, count: 512)
    let code = unsafe lamella_grab_cut(colours, height, width, &labels, Int32(iterations), &message, message.count)
    guard code == 0 else {
      let words = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw SegmentationError("GrabCut failed: \(words)", advice: "Give other rectangles, or use lamella mask threshold.")
    }
    return PixelMask(
      shape: shape,
      pixels: zip(labels, image).map { label, value in
        value.isFinite && (label == Label.foreground.rawValue || label == Label.probableForeground.rawValue)
      })
  }

  /// What is known of each pixel before, from the image smoothed over 3 × 3 pixels, and the level above which pixels beyond the
  /// rectangles stand out.
  private func known(
    _ image: [Double], smooth: [Double], shape: [Int]
  ) throws(SegmentationError) -> (labels: [UInt8], level: Double) {
    let level = try Threshold.otsu.level(of: smooth)
    if rectangles.isEmpty { return (Self.seeds(smooth, level), level) }
    let inside = try PixelRectangle.mask(rectangles, shape: shape)
    if !inside.pixels.contains(false) {
      throw SegmentationError(
        "the rectangles cover the whole map, so nothing is known to be background",
        advice: "Give rectangles that leave some of the matrix outside, or none.")
    }
    var labels = image.map { _ in Label.background.rawValue }
    var least = level
    for rectangle in rectangles {
      let own = try PixelRectangle.mask([rectangle], shape: shape)
      let pixels = image.indices.filter { own.pixels[$0] && image[$0].isFinite }
      let values = pixels.map { smooth[$0] }
      // Each has a contrast of its own; where it has none, all of it is sought in.
      let hasContrast = values.contains { $0 != values[0] }
      let limit = hasContrast ? try Threshold.otsu.level(of: values) : -.infinity
      if hasContrast { least = min(least, limit) }
      let bright = values.filter { $0 > limit }
      let sure = hasContrast ? bright.reduce(0, +) / Double(max(1, bright.count)) : .infinity
      for pixel in pixels where labels[pixel] != Label.foreground.rawValue {
        let label: Label =
          smooth[pixel] >= sure ? .foreground : smooth[pixel] > limit ? .probableForeground : .probableBackground
        labels[pixel] = label == .foreground ? label.rawValue : max(labels[pixel], label.rawValue)
      }
    }
    return (labels, least)
  }

  /// By the means of the two classes that a level parts an image into: what lies beyond them surely belongs to its side.
  private static func seeds(_ image: [Double], _ level: Double) -> [UInt8] {
    var (high, highCount, low, lowCount) = (0.0, 0.0, 0.0, 0.0)
    for value in image where value.isFinite {
      if value > level {
        (high, highCount) = (high + value, highCount + 1)
      } else {
        (low, lowCount) = (low + value, lowCount + 1)
      }
    }
    let (upper, lower) = (high / max(highCount, 1), low / max(lowCount, 1))
    return image.map { value in
      guard value.isFinite else { return Label.background.rawValue }
      if value > level { return (value >= upper ? Label.foreground : .probableForeground).rawValue }
      return (value <= lower ? Label.background : .probableBackground).rawValue
    }
  }

  /// The image with the values of darker pixels at those above a level that lie beyond the rectangles, as long as they are the
  /// fewer.
  private func calmed(_ image: [Double], smooth: [Double], _ labels: [UInt8], _ level: Double) -> [Double] {
    if rectangles.isEmpty { return image }
    let outside = image.indices.filter { labels[$0] == Label.background.rawValue && image[$0].isFinite }
    let dark = outside.filter { smooth[$0] <= level }
    guard dark.count > outside.count / 2 else { return image }
    var result = image
    for (number, pixel) in outside.filter({ smooth[$0] > level }).enumerated() {
      // Taken from all over the map: a stride that is no divisor of what there is.
      result[pixel] = image[dark[number * 7919 % dark.count]]
    }
    return result
  }

  /// The image on a scale from 0 to 255; what is no number is black.
  private static func levels(of image: [Double]) throws(SegmentationError) -> [Double] {
    let sorted = image.filter(\.isFinite).sorted()
    guard let least = sorted.first, let greatest = sorted.last, least < greatest else {
      throw SegmentationError(
        "the image has no contrast, so nothing stands out", advice: "Choose another component.")
    }
    var (low, high) = (sorted[(sorted.count - 1) / 1000], sorted[(sorted.count - 1) * 999 / 1000])
    if low >= high { (low, high) = (least, greatest) }
    // Halves, so that the width of the range cannot overflow.
    let width = high / 2 - low / 2
    return image.map { value in
      value.isFinite ? 255 * min(1, max(0, (value / 2 - low / 2) / width)) : 0
    }
  }

  /// The mean over the pixels at most `reach` away in each direction that lie within the image and are finite; NaN where none is.
  private static func smoothed(_ image: [Double], height: Int, width: Int, reach: Int) -> [Double] {
    var sums = image.map { $0.isFinite ? $0 : 0 }
    var counts = image.map { $0.isFinite ? 1.0 : 0 }
    for (extent, stride, lines, step) in [(width, 1, height, width), (height, width, width, 1)] {
      let (oldSums, oldCounts) = (sums, counts)
      for line in 0..<lines {
        for index in 0..<extent {
          var (sum, count) = (0.0, 0.0)
          for near in max(0, index - reach)...min(extent - 1, index + reach) {
            let pixel = line * step + near * stride
            (sum, count) = (sum + oldSums[pixel], count + oldCounts[pixel])
          }
          let pixel = line * step + index * stride
          (sums[pixel], counts[pixel]) = (sum, count)
        }
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
  }
}
