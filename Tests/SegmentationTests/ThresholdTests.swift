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

  @Test func noiseIsToldByMedians() throws {
    #expect(try Threshold.noise(2).level(of: [1, 2, 3, 4, 100, .nan]) == 3 + 2 * 1.4826)
    #expect(try Threshold.noise(0).level(of: [1, 2, 3, 4]) == 2.5)
    #expect(throws: SegmentationError.self) { try Threshold.noise(3).level(of: [.nan]) }
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
}
