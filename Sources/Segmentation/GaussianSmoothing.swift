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

  /// The weighted means over the finite pixels about each, those beyond the edges left out; NaN where the pixel itself is no
  /// number.
  ///
  /// - Precondition: as many pixels as the extents make.
  public func apply(_ image: [Double], shape: [Int]) -> [Double] {
    precondition(image.count == shape.reduce(1, *))
    guard deviation > 0 else { return image }
    let kernel = kernel
    guard kernel.count > 1 else { return image.map { $0.isFinite ? $0 : .nan } }
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

  /// The weights at the distances 0, 1, 2 …
  private var kernel: [Double] {
    guard deviation > 0 else { return [1] }
    let reach = Int(min((4 * deviation).rounded(), Double(1 << 20)))
    return (0...reach).map { exp(-0.5 * (Double($0) / deviation) * (Double($0) / deviation)) }
  }

  /// One standard deviation of what the smoothing leaves of noise that is independent from pixel to pixel, far from the edges.
  ///
  /// The noise is told by the differences of neighbours, by their median, or by their mean square where most are zero; so what
  /// changes slowly does not count.
  /// - Precondition: as many pixels as the extents make.
  public func noise(of image: [Double], shape: [Int]) -> Double {
    precondition(image.count == shape.reduce(1, *))
    var differences: [Double] = []
    var stride = 1
    for extent in shape.reversed() {
      for pixel in image.indices where pixel / stride % extent > 0 {
        let difference = abs(image[pixel] - image[pixel - stride])
        if difference.isFinite { differences.append(difference) }
      }
      stride *= extent
    }
    guard !differences.isEmpty else { return 0 }
    differences.sort()
    let middle = 1.4826 * differences[differences.count / 2]
    let spread =
      middle > 0 ? middle : (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
    let (sum, squares) = kernel.dropFirst().reduce((1.0, 1.0)) { ($0.0 + 2 * $1, $0.1 + 2 * $1 * $1) }
    let factor = shape.reduce(1.0) { result, _ in result * squares.squareRoot() / sum }
    return spread / 2.0.squareRoot() * factor
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
