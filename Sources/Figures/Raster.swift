/// Colours of pixels, from the top left, row by row.
public struct Raster: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// 0xRRGGBB
  public var pixels: [UInt32]
  /// From 0 to 255, one for each pixel; empty where all are opaque.
  public var opacities: [UInt8]

  /// - Precondition: there are width × height pixels, at least one.
  public init(width: Int, height: Int, pixels: [UInt32], opacities: [UInt8] = []) {
    precondition(width > 0 && height > 0 && pixels.count == width * height)
    precondition(opacities.isEmpty || opacities.count == pixels.count)
    self.width = width
    self.height = height
    self.pixels = pixels
    self.opacities = opacities
  }

  /// How often whole pixels are repeated to have about two for each point.
  static func factor(_ count: Int, points: Double) -> Int {
    max(1, Int((points * 2 / Double(count)).rounded(.up)))
  }

  /// Enlarged by whole numbers to at least two pixels per point: not all programs that show SVG or PDF keep the edges of
  /// enlarged pixels sharp.
  func enlarged(toPoints size: (width: Double, height: Double)) -> Raster {
    let across = Self.factor(width, points: size.width)
    let down = Self.factor(height, points: size.height)
    guard across > 1 || down > 1 else { return self }
    func enlarged<Value>(_ values: [Value]) -> [Value] {
      var result: [Value] = []
      result.reserveCapacity(values.count * across * down)
      for row in 0..<(values.count / width) {
        var line: [Value] = []
        line.reserveCapacity(width * across)
        for value in values[row * width..<(row + 1) * width] { line += repeatElement(value, count: across) }
        for _ in 0..<down { result += line }
      }
      return result
    }
    return Raster(
      width: width * across, height: height * down, pixels: enlarged(pixels), opacities: enlarged(opacities))
  }
}
