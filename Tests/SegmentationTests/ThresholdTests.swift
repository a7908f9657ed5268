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

  @Test func imagesWithoutContrastAreRefused() {
    for image in [[], [Double.nan], [3.0, 3, 3], [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]] {
      #expect(throws: SegmentationError.self) { try Threshold.otsu.level(of: image) }
      #expect(throws: SegmentationError.self) { try Threshold.triangle.level(of: image) }
    }
  }
}
