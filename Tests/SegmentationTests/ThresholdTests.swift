import Foundation
import Testing

@testable import Segmentation

struct ThresholdTests {
  /// Four fifths of the pixels lie at a, one fifth at c, each with a spread of b.
  private func image(_ count: Int, a: Double, b: Double, c: Double, seed: UInt64) -> [Double] {
    var numbers = Congruential(state: 1 + seed)
    return (0..<count).map { _ in
      let u = numbers.next()
      return numbers.next() < 0.8 ? a + u * u * b : c + u * b
    }
  }

  /// What threshold_otsu and threshold_triangle of scikit-image 0.26 find for these images.
  @Test func scikitImageFindsTheSame() throws {
    let cases: [(image: [Double], otsu: Double, triangle: Double)] = [
      (image(4000, a: 0, b: 1, c: 3, seed: 0), 1.00716090529078, 0.21080235335181108),
      (image(4000, a: 10, b: -2, c: -5, seed: 7), -4.9705023852262205, 7.908776827572039),
      (image(500, a: 100, b: 30, c: 90, seed: 3), 111.15095027986075, 101.56154258322447),
    ]
    for (image, otsu, triangle) in cases {
      #expect(try abs(Threshold.otsu.level(of: image) - otsu) < 1e-12 * abs(otsu))
      #expect(try abs(Threshold.triangle.level(of: image) - triangle) < 1e-12 * abs(triangle))
    }
  }

  @Test func whatIsNoNumberCountsForNothing() throws {
    let image = image(300, a: 0, b: 1, c: 3, seed: 2)
    let holes = image.flatMap { [$0, .nan, .infinity] }
    #expect(try Threshold.otsu.level(of: holes) == Threshold.otsu.level(of: image))
    #expect(try Threshold.value(2.5).level(of: []) == 2.5)
  }

  @Test func noiseIsToldByWhatLiesBelow() throws {
    // Of eight values or fewer the middle is their median.
    #expect(try Threshold.noise(2).level(of: [1, 2, 3, 4, 100, .nan]) == 3 + 2 * 1.4826 * 1.5)
    #expect(try Threshold.noise(2).level(of: [1, 2, 3, 4, 100], noise: 7) == 17)
    #expect(try Threshold.noise(0).level(of: [1, 2, 3, 4]) == 2.5)
    #expect(throws: SegmentationError.self) { try Threshold.noise(3).level(of: [.nan]) }
  }

  /// What stands out moves neither the middle nor the deviation of the background, where it moves the median.
  @Test(arguments: [0.0, 0.3, 0.6]) func theBackgroundIsWhatMostPixelsAre(share: Double) throws {
    var numbers = Congruential(state: 5)
    // A sum of twelve uniform numbers is almost normal.
    let image = (0..<20_000).map { _ in
      let noise = (0..<12).reduce(-6.0) { sum, _ in sum + numbers.next() }
      return 10 + 2 * noise + (numbers.next() < share ? 4 + 20 * numbers.next() : 0)
    }
    let background = try NoiseBackground(image)
    #expect(abs(background.middle - 10) < 1)
    #expect(abs(background.deviation - 2) < 0.5)
    #expect(background.level(3) == background.middle + 3 * background.deviation)
  }

  @Test(arguments: [0.0, 1, 2.5], [[4096], [80, 60]]) func noiseThatSmoothingLeaves(deviation: Double, shape: [Int]) throws {
    var numbers = Congruential(state: 6)
    let image = (0..<shape.reduce(1, *)).map { pixel in
      // A slope, which is no noise.
      0.01 * Double(pixel % 60) + (0..<12).reduce(-6.0) { sum, _ in sum + numbers.next() }
    }
    let gaussian = GaussianSmoothing(deviation: deviation)
    let flat = gaussian.apply(image.enumerated().map { $1 - 0.01 * Double($0 % 60) }, shape: shape)
    let mean = flat.reduce(0, +) / Double(flat.count)
    let spread = (flat.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(flat.count)).squareRoot()
    #expect(abs(gaussian.noise(of: image, shape: shape) / spread - 1) < 0.1)
    #expect(gaussian.noise(of: [3, 3, 3], shape: [3]) == 0 && gaussian.noise(of: [.nan, 1], shape: [2]) == 0)
  }

  @Test func texts() {
    for (text, threshold) in [
      ("otsu", Threshold.otsu), ("triangle", .triangle), ("noise:2.5", .noise(2.5)), ("-3", .value(-3)),
    ] {
      #expect(Threshold(text) == threshold && Threshold(threshold.text) == threshold)
    }
    for text in ["", "Otsu", "noise", "noise:", "noise:x", "nan", "inf", "1 2"] { #expect(Threshold(text) == nil) }
  }

  @Test(arguments: [[60], [9, 11], [4, 5, 6]]) func gaussiansAreWeightedMeans(shape: [Int]) {
    var numbers = Congruential(state: 8)
    let count = shape.reduce(1, *)
    var image = (0..<count).map { _ in numbers.next() }
    image[7] = .nan
    let smooth = GaussianSmoothing(deviation: 1.3).apply(image, shape: shape)
    func place(_ pixel: Int) -> [Int] {
      var rest = pixel
      return shape.reversed().map { extent in
        defer { rest /= extent }
        return rest % extent
      }
    }
    for pixel in 0..<count where pixel != 7 {
      var (sum, weights) = (0.0, 0.0)
      for other in 0..<count where other != 7 {
        let steps = zip(place(pixel), place(other)).map { abs($0 - $1) }
        guard steps.allSatisfy({ $0 <= 5 }) else { continue }
        let weight = exp(-Double(steps.reduce(0) { $0 + $1 * $1 }) / (2 * 1.3 * 1.3))
        (sum, weights) = (sum + weight * image[other], weights + weight)
      }
      #expect(abs(smooth[pixel] - sum / weights) < 1e-12)
    }
    #expect(smooth[7].isNaN)
    #expect(GaussianSmoothing(deviation: 0).apply([1, 2], shape: [2]) == [1, 2])
  }

  @Test func imagesWithoutContrastAreRefused() {
    for image in [[], [Double.nan], [3.0, 3, 3], [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]] {
      #expect(throws: SegmentationError.self) { try Threshold.otsu.level(of: image) }
      #expect(throws: SegmentationError.self) { try Threshold.triangle.level(of: image) }
    }
  }

  /// Where nothing varies below the middle, every number of deviations would be the same level.
  @Test func noiseWithoutSpreadIsRefused() {
    for image in [[0, 0, 0, 0, 0, 5, 6, 7, 0, 0, 0], [2, 2, 2]] as [[Double]] {
      #expect(throws: SegmentationError.self) { try Threshold.noise(3).level(of: image) }
    }
  }

  /// Deviations far below a pixel or beyond any image neither trap nor make what is no number.
  @Test func deviationsOfAnySize() {
    let image: [Double] = [1, 5, 2, .nan, 4, 3]
    for deviation in [1e-300, 1e-160, 0.1] {
      let found = GaussianSmoothing(deviation: deviation).apply(image, shape: [2, 3])
      #expect(found[0...2] == image[0...2] && found[3].isNaN && found[4...5] == image[4...5])
    }
    for deviation in [1e3, 1e160, 1e300] {
      let found = GaussianSmoothing(deviation: deviation).apply(image, shape: [2, 3])
      #expect([0, 1, 2, 4, 5].allSatisfy { abs(found[$0] - 3) < 1e-4 } && found[3].isNaN)
    }
  }
}
