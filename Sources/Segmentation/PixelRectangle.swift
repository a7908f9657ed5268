/// The pixels of a rectangle: rows `y0` to below `y1`, columns `x0` to below `x1`, counted from 0.
public struct PixelRectangle: Codable, Hashable, Sendable {
  public var y0: Int
  public var x0: Int
  public var y1: Int
  public var x1: Int

  public init(y0: Int, x0: Int, y1: Int, x1: Int) {
    (self.y0, self.x0, self.y1, self.x1) = (y0, x0, y1, x1)
  }

  /// Reads `[y0, x0, y1, x1]`, and an object of these keys as earlier versions wrote it.
  public init(from decoder: any Decoder) throws {
    let bounds: [Int]
    do {
      bounds = try decoder.singleValueContainer().decode([Int].self)
    } catch {
      bounds = Self.named(decoder)
    }
    guard bounds.count == 4 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "four whole numbers, [y0, x0, y1, x1]"))
    }
    self.init(y0: bounds[0], x0: bounds[1], y1: bounds[2], x1: bounds[3])
  }

  /// Nothing where there is no object of these keys.
  private static func named(_ decoder: any Decoder) -> [Int] {
    do {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      return try [.y0, .x0, .y1, .x1].map { try values.decode(Int.self, forKey: $0) }
    } catch {
      return []
    }
  }

  /// As `[y0, x0, y1, x1]`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([y0, x0, y1, x1])
  }

  private enum CodingKeys: String, CodingKey { case y0, x0, y1, x1 }

  /// As it is typed: "10,12,40,50".
  public var text: String { "\(y0),\(x0),\(y1),\(x1)" }

  /// The pixels in any of several rectangles, of a map of one or two navigation axes; a line is one row.
  ///
  /// - Throws: `SegmentationError` when a rectangle is empty or does not lie within the map.
  public static func mask(_ rectangles: [PixelRectangle], shape: [Int]) throws(SegmentationError) -> PixelMask {
    guard let (height, width) = extents(shape) else {
      throw SegmentationError(
        "a rectangle needs a map of one or two navigation axes, and this one has \(shape.count)",
        advice: "Import a mask instead: lamella mask import.")
    }
    var mask = PixelMask(shape: shape, pixels: Array(repeating: false, count: height * width))
    for rectangle in rectangles {
      guard rectangle.y0 >= 0, rectangle.x0 >= 0, rectangle.y0 < rectangle.y1, rectangle.x0 < rectangle.x1,
        rectangle.y1 <= height, rectangle.x1 <= width
      else {
        throw SegmentationError(
          "the rectangle \(rectangle.text) does not lie within the map of \(height) × \(width) pixels",
          advice: "Give the first row and column and those behind the last: within 0,0,\(height),\(width).")
      }
      for y in rectangle.y0..<rectangle.y1 {
        for x in rectangle.x0..<rectangle.x1 { mask.pixels[y * width + x] = true }
      }
    }
    return mask
  }

  /// Rows and columns of a map of one or two navigation axes.
  static func extents(_ shape: [Int]) -> (height: Int, width: Int)? {
    switch shape.count {
    case 1: (1, shape[0])
    case 2: (shape[0], shape[1])
    default: nil
    }
  }
}
