extension PixelMask {
  /// The mask without its connected parts of fewer than `count` pixels; pixels that meet at a corner only are not connected.
  public func withoutSmall(below count: Int) -> PixelMask {
    let roots = componentRoots
    var sizes = [Int](repeating: 0, count: pixels.count)
    for (pixel, root) in roots.enumerated() where pixels[pixel] { sizes[root] += 1 }
    return PixelMask(shape: shape, pixels: pixels.indices.map { pixels[$0] && sizes[roots[$0]] >= count })
  }

  /// The number of connected parts.
  public var componentCount: Int {
    let roots = componentRoots
    return pixels.indices.count { pixels[$0] && roots[$0] == $0 }
  }

  /// For each pixel of the mask the first pixel of its connected part, by union and find.
  private var componentRoots: [Int] {
    var parents = Array(pixels.indices)
    func root(_ pixel: Int) -> Int {
      var pixel = pixel
      while parents[pixel] != pixel {
        parents[pixel] = parents[parents[pixel]]
        pixel = parents[pixel]
      }
      return pixel
    }
    var stride = 1
    for extent in shape.reversed() {
      for pixel in pixels.indices where pixels[pixel] && pixel / stride % extent > 0 && pixels[pixel - stride] {
        let (a, b) = (root(pixel), root(pixel - stride))
        // The smaller one is the root, so that a root is the first pixel of its part.
        parents[max(a, b)] = min(a, b)
      }
      stride *= extent
    }
    return pixels.indices.map { root($0) }
  }
}
