internal import Foundation

/// Smooths images of any rank with a Gaussian, cut off at four standard deviations.
public struct GaussianSmoothing: Hashable, Sendable {
  /// One standard deviation in pixels, along every axis; 0 leaves the image as it is.
  public var deviation: Double

  /// - Precondition: finite, 0 or more.
  public init(deviation: Double) {
    precondition(deviation >= 0 && deviation.isFinite)
    self.deviation = deviation
  }

  /// The weighted means over the finite pixels about each, those beyond the edges left out; NaN where the pixel itself is no number.
  ///
  /// - Precondition: as many pixels as the extents make.
  public func apply(_ image: [Double], shape: [Int]) -> [Double] {
    precondition(image.count == shape.reduce(1, *))
    guard deviation > 0 else { return image }
    // Beyond the longest extent there is nothing to weigh, and within half a pixel only the pixel itself.
    let reach = Int(min((4 * deviation).rounded(), Double(max(1, shape.max() ?? 1) - 1)))
    guard reach > 0 else { return image.map { $0.isFinite ? $0 : .nan } }
    let kernel = (0...reach).map { exp(-0.5 * (Double($0) / deviation) * (Double($0) / deviation)) }
    var sums = image.map { $0.isFinite ? $0 : 0 }
    var weights = image.map { $0.isFinite ? 1.0 : 0 }
    var stride = 1
    for extent in shape.reversed() {
      (sums, weights) = (
        Self.along(sums, extent: extent, stride: stride, kernel), Self.along(weights, extent: extent, stride: stride, kernel)
      )
      stride *= extent
    }
    return image.indices.map { image[$0].isFinite ? sums[$0] / weights[$0] : .nan }
  }

  private static func along(_ values: [Double], extent: Int, stride: Int, _ kernel: [Double]) -> [Double] {
    var result = values
    for pixel in values.indices {
      let place = pixel / stride % extent
      var sum = kernel[0] * values[pixel]
      for step in 1..<max(min(kernel.count, extent), 1) {
        if place >= step { sum += kernel[step] * values[pixel - step * stride] }
        if place + step < extent { sum += kernel[step] * values[pixel + step * stride] }
      }
      result[pixel] = sum
    }
    return result
  }
}
