extension PixelMask {
  /// The pixels within `steps` steps of the mask, a step leading to a pixel beside along one axis.
  ///
  /// The same as `steps` dilations with the cross of nearest neighbours. Time does not depend on `steps`.
  public func dilated(by steps: Int) -> PixelMask {
    let distances = distances(to: true)
    return PixelMask(shape: shape, pixels: distances.map { $0 <= steps })
  }

  /// The pixels that lie more than `steps` steps from any pixel outside the mask.
  ///
  /// The same as `steps` erosions with the cross of nearest neighbours; nothing is eroded from the edge of the map.
  public func eroded(by steps: Int) -> PixelMask {
    let distances = distances(to: false)
    return PixelMask(shape: shape, pixels: distances.map { $0 > steps })
  }

  /// For each pixel the least number of steps to one inside (or outside); `Int.max / 2` or more where there is none.
  ///
  /// The distance along the axes is the sum of those along each, so that one axis after another is gone through, forth and back
  /// (Rosenfeld & Pfaltz 1966).
  private func distances(to inside: Bool) -> [Int] {
    var distances = pixels.map { $0 == inside ? 0 : Int.max / 2 }
    guard !distances.isEmpty else { return distances }
    var stride = 1
    for extent in shape.reversed() {
      for block in Swift.stride(from: 0, to: distances.count, by: stride * extent) {
        for offset in block..<block + stride {
          for index in 1..<max(extent, 1) {
            let place = offset + index * stride
            distances[place] = min(distances[place], distances[place - stride] + 1)
          }
          for index in (0..<max(extent - 1, 0)).reversed() {
            let place = offset + index * stride
            distances[place] = min(distances[place], distances[place + stride] + 1)
          }
        }
      }
      stride *= extent
    }
    return distances
  }
}
