/// A choice among the pixels of a map of any number of navigation axes.
public struct PixelMask: Hashable, Sendable {
  /// The extents of the navigation axes, slowest first.
  public let shape: [Int]
  /// True for pixels that belong to it; one per pixel, in C order.
  public var pixels: [Bool]

  /// - Precondition: as many pixels as the extents make.
  public init(shape: [Int], pixels: [Bool]) {
    precondition(pixels.count == shape.reduce(1, *) && shape.allSatisfy { $0 >= 0 })
    self.shape = shape
    self.pixels = pixels
  }

  public var count: Int { pixels.count { $0 } }
  public var isEmpty: Bool { !pixels.contains(true) }

  /// The pixels that do not belong to it.
  public var complement: PixelMask { PixelMask(shape: shape, pixels: pixels.map { !$0 }) }

  /// - Precondition: masks of one shape; so for all of these.
  public func union(_ other: PixelMask) -> PixelMask { combined(other) { $0 || $1 } }
  public func intersection(_ other: PixelMask) -> PixelMask { combined(other) { $0 && $1 } }
  public func subtracting(_ other: PixelMask) -> PixelMask { combined(other) { $0 && !$1 } }

  private func combined(_ other: PixelMask, _ rule: (Bool, Bool) -> Bool) -> PixelMask {
    precondition(shape == other.shape)
    return PixelMask(shape: shape, pixels: zip(pixels, other.pixels).map { rule($0, $1) })
  }
}
