import Testing

@testable import Segmentation

struct PixelMaskTests {
  private func mask(_ picture: String, width: Int) -> PixelMask {
    PixelMask(shape: [picture.count / width, width], pixels: picture.map { $0 == "#" })
  }

  /// Pixels beside a pixel along one axis.
  private func neighbours(_ pixel: Int, _ shape: [Int]) -> [Int] {
    var result: [Int] = []
    var stride = 1
    for extent in shape.reversed() {
      let place = pixel / stride % extent
      if place > 0 { result.append(pixel - stride) }
      if place < extent - 1 { result.append(pixel + stride) }
      stride *= extent
    }
    return result
  }

  /// One step of dilation, pixel by pixel.
  private func naivelyDilated(_ mask: PixelMask) -> PixelMask {
    PixelMask(
      shape: mask.shape,
      pixels: mask.pixels.indices.map { pixel in
        mask.pixels[pixel] || neighbours(pixel, mask.shape).contains { mask.pixels[$0] }
      })
  }

  /// What scipy.ndimage's binary_erosion(border_value=1), binary_dilation and label make of the same pixels.
  @Test func scipyMakesTheSame() {
    var numbers = Congruential(state: 5)
    let pixels = numbers.bits(63, share: 0.6)
    let random = PixelMask(shape: [7, 9], pixels: pixels)
    #expect(random == mask(".#.####.####.##.#.###.##.######..####.##.###.#...######.#####..", width: 9))
    let core = mask("....##....#.......##.......#.#....#.......#.......##......##...", width: 9)
    #expect(random.eroded(by: 1) == core)
    #expect(core.dilated(by: 2) == mask("########.########.############################.#######..######.", width: 9))
    #expect(random.dilated(by: 1).count == 63)
    #expect(random.componentCount == 4)
    #expect(random.withoutSmall(below: 9).count == 16 + 19)
    #expect(random.withoutSmall(below: 8).count == 16 + 19 + 8)
    #expect(random.withoutSmall(below: 20).isEmpty)
  }

  @Test(arguments: [[40], [7, 9], [1, 12], [3, 4, 5], [2, 3, 2, 4]])
  func stepsOfAnyRank(shape: [Int]) {
    var numbers = Congruential(state: 11)
    let count = shape.reduce(1, *)
    for share in [0.0, 0.05, 0.5, 0.95, 1] {
      let mask = PixelMask(shape: shape, pixels: numbers.bits(count, share: share))
      var dilated = mask
      var shrunken = mask.complement
      for steps in 1...4 {
        dilated = naivelyDilated(dilated)
        shrunken = naivelyDilated(shrunken)
        #expect(mask.dilated(by: steps) == dilated)
        // Erosion is the dilation of what is outside.
        #expect(mask.eroded(by: steps) == shrunken.complement)
      }
      #expect(mask.withoutSmall(below: 1) == mask)
      #expect(mask.withoutSmall(below: count + 1).isEmpty)
      #expect(mask.withoutSmall(below: 3) == naivelyWithoutSmall(mask, below: 3))
    }
  }

  /// Parts found by growing each from a pixel until it grows no more.
  private func naivelyWithoutSmall(_ mask: PixelMask, below count: Int) -> PixelMask {
    var result = mask
    for pixel in mask.pixels.indices where mask.pixels[pixel] {
      var part: Set<Int> = [pixel]
      var size = 0
      while part.count > size {
        size = part.count
        for member in part { part.formUnion(neighbours(member, mask.shape).filter { mask.pixels[$0] }) }
      }
      result.pixels[pixel] = size >= count
    }
    return result
  }

  @Test func setsOfPixels() {
    let (a, b) = (mask("##..", width: 2), mask("#.#.", width: 2))
    #expect(a.union(b) == mask("###.", width: 2))
    #expect(a.intersection(b) == mask("#...", width: 2))
    #expect(a.subtracting(b) == mask(".#..", width: 2))
    #expect(a.complement == mask("..##", width: 2))
    #expect(a.count == 2 && !a.isEmpty && a.subtracting(a).isEmpty)
  }

  @Test func rectangles() throws {
    let mask = try PixelRectangle.mask(
      [.init(y0: 0, x0: 1, y1: 2, x1: 3), .init(y0: 1, x0: 0, y1: 2, x1: 2)], shape: [3, 4])
    #expect(mask == self.mask(".##.###.....", width: 4))
    #expect(try PixelRectangle.mask([.init(y0: 0, x0: 2, y1: 1, x1: 4)], shape: [5]).pixels == [false, false, true, true, false])
    for (y0, x0, y1, x1) in [(-1, 0, 1, 1), (0, 0, 0, 1), (0, 3, 1, 5), (2, 0, 4, 1), (1, 1, 0, 0)] {
      #expect(throws: SegmentationError.self) {
        try PixelRectangle.mask([.init(y0: y0, x0: x0, y1: y1, x1: x1)], shape: [3, 4])
      }
    }
    #expect(throws: SegmentationError.self) { try PixelRectangle.mask([], shape: [2, 2, 2]) }
  }
}
