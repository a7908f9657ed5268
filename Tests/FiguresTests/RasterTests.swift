import Foundation
import Testing

@testable import Figures

struct RasterTests {
  /// As many colours as wanted, of pixels in no order.
  private func raster(_ width: Int, _ height: Int, colours: Int, opacities: Bool = false) -> Raster {
    let pixels = (0..<width * height).map { UInt32(($0 * 7919) % colours) &* 0x01_0203 & 0xFFFFFF }
    return Raster(
      width: width, height: height, pixels: pixels, opacities: opacities ? (0..<width * height).map { UInt8($0 % 3 * 100) } : [])
  }

  /// What cairo, which knows PNG by another library, reads from a file.
  @Test(arguments: [(1, 1, 1), (7, 5, 2), (9, 3, 4), (13, 4, 16), (33, 9, 200), (64, 64, 3000)])
  func pixelsComeBack(size: (width: Int, height: Int, colours: Int)) throws {
    for opacities in [false, true] {
      let raster = raster(size.width, size.height, colours: size.colours, opacities: opacities)
      let bytes = try raster.png()
      #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      let found = try #require(CairoContext.pixels(ofPNG: bytes))
      #expect(found.width == size.width)
      #expect(found.pixels == (opacities ? raster.premultiplied : raster.pixels.map { 0xFF00_0000 | $0 }))
    }
  }

  @Test func fewColoursTakeFewBits() throws {
    let noise = (0..<65536).map { UInt32(($0 &* 1_103_515_245 &+ 12345) >> 9 & 0x3F) }
    let palette = try Raster(width: 256, height: 256, pixels: noise).png()
    #expect(palette.count < 65536 * 7 / 8)
    let flat = try Raster(width: 512, height: 512, pixels: Array(repeating: 0x12_3456, count: 512 * 512)).png()
    #expect(flat.count < 300)
  }
}
