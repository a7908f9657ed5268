import Foundation
import Testing

@testable import Segmentation

struct GrabCutTests {
  private let shape = [60, 80]

  /// Two discs on a noisy ground, and where they are.
  private func discs(noise: Double, contrast: Double = 1) -> (image: [Double], truth: [Bool]) {
    var numbers = Congruential(state: 3)
    var image: [Double] = []
    var truth: [Bool] = []
    for y in 0..<shape[0] {
      for x in 0..<shape[1] {
        let isInside = hypot(Double(y - 20), Double(x - 25)) < 9 || hypot(Double(y - 42), Double(x - 60)) < 7
        truth.append(isInside)
        // The sum of twelve has the variance 1.
        let deviate = (0..<12).reduce(-6.0) { sum, _ in sum + numbers.next() }
        image.append((isInside ? contrast : 0) + noise * deviate)
      }
    }
    return (image, truth)
  }

  /// Pixels in both over pixels in either.
  private func overlap(_ mask: PixelMask, _ truth: [Bool]) -> Double {
    Double(zip(mask.pixels, truth).count { $0 && $1 }) / Double(zip(mask.pixels, truth).count { $0 || $1 })
  }

  @Test func looseRectanglesFindWhatTheyHold() throws {
    let (image, truth) = discs(noise: 0.3)
    let both = GrabCut(rectangles: [.init(y0: 5, x0: 10, y1: 35, x1: 40), .init(y0: 30, x0: 48, y1: 54, x1: 74)])
    let mask = try both.mask(of: image, shape: shape)
    #expect(overlap(mask, truth) > 0.85)
    // A threshold does worse at that noise.
    let level = try Threshold.otsu.level(of: image)
    #expect(overlap(mask, truth) > overlap(PixelMask(shape: shape, pixels: image.map { $0 > level }), truth) + 0.1)
    let one = try GrabCut(rectangles: [.init(y0: 5, x0: 10, y1: 35, x1: 40)]).mask(of: image, shape: shape)
    #expect((0..<60).allSatisfy { y in (40..<80).allSatisfy { !one.pixels[y * 80 + $0] } })
    #expect(one.count > 150)
  }

  @Test func faintPartsBesideBrightOnes() throws {
    // The second disc is a third as bright as the first, which lies beyond the rectangle.
    var (image, truth) = discs(noise: 0.1)
    for pixel in image.indices where pixel % 80 > 45 && truth[pixel] { image[pixel] -= 0.67 }
    let mask = try GrabCut(rectangles: [.init(y0: 30, x0: 48, y1: 54, x1: 74)]).mask(of: image, shape: shape)
    for pixel in truth.indices where pixel % 80 <= 45 { truth[pixel] = false }
    #expect(overlap(mask, truth) > 0.8)
  }

  @Test func theHistogramGivesSeeds() throws {
    let (image, truth) = discs(noise: 0.2)
    #expect(overlap(try GrabCut().mask(of: image, shape: shape), truth) > 0.85)
  }

  @Test func theSameImageGivesTheSameMask() throws {
    let (image, _) = discs(noise: 0.3)
    let cut = GrabCut(rectangles: [.init(y0: 2, x0: 2, y1: 58, x1: 78)])
    let mask = try cut.mask(of: image, shape: shape)
    for _ in 0..<3 { #expect(try cut.mask(of: image, shape: shape) == mask) }
    // Units do not matter.
    #expect(try cut.mask(of: image.map { 1024 * $0 + 4096 }, shape: shape) == mask)
  }

  @Test func pixelsWithoutAValueAreBackground() throws {
    var (image, truth) = discs(noise: 0.1)
    for pixel in stride(from: 0, to: image.count, by: 7) { image[pixel] = .nan }
    let mask = try GrabCut().mask(of: image, shape: shape)
    #expect(stride(from: 0, to: image.count, by: 7).allSatisfy { !mask.pixels[$0] })
    for pixel in stride(from: 0, to: image.count, by: 7) { truth[pixel] = false }
    #expect(overlap(mask, truth) > 0.8)
  }

  @Test func linesAreImagesOfOneRow() throws {
    let line = (0..<200).map { (60..<90).contains($0) ? 5.0 : Double($0 % 3) * 0.1 }
    let mask = try GrabCut(rectangles: [.init(y0: 0, x0: 40, y1: 1, x1: 120)]).mask(of: line, shape: [200])
    #expect(mask.shape == [200] && (63..<87).allSatisfy { mask.pixels[$0] } && mask.count < 40)
  }

  @Test func whatCannotBe() {
    let (image, _) = discs(noise: 0.1)
    let all = PixelRectangle(y0: 0, x0: 0, y1: 60, x1: 80)
    for cut in [
      GrabCut(rectangles: [all]), GrabCut(rectangles: [.init(y0: 0, x0: 0, y1: 61, x1: 5)]), GrabCut(iterations: 0),
    ] {
      #expect(throws: SegmentationError.self) { try cut.mask(of: image, shape: shape) }
    }
    #expect(throws: SegmentationError.self) { try GrabCut().mask(of: Array(repeating: 2, count: 16), shape: [4, 4]) }
    #expect(throws: SegmentationError.self) { try GrabCut().mask(of: Array(repeating: .nan, count: 16), shape: [4, 4]) }
    #expect(throws: SegmentationError.self) { try GrabCut().mask(of: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2]) }
  }
}
