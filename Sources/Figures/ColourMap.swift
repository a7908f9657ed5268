/// Colours for numbers from 0 to 1, in equal perceptual steps: computed along a path in OKLab and resampled by its length.
public struct ColourMap: Hashable, Sendable {
  public let name: String
  /// 256 colours, the first for 0, the last for 1.
  public let colours: [Colour]

  /// - Parameter path: a colour for each position from 0 to 1, before resampling. Where sRGB has none so colourful, the whole
  ///   neighbourhood becomes greyer, so that the path has no corner.
  init(_ name: String, path: (Double) -> (lightness: Double, chroma: Double, hue: Double)) {
    self.name = name
    let places = (0...1024).map { path(Double($0) / 1024) }
    let chromas = Self.smoothed(places.map { Self.greatestChroma($0.lightness, $0.chroma, $0.hue) })
    let fine = zip(places, chromas).map { OKLab(lightness: $0.lightness, chroma: $1, hue: $0.hue) }
    var lengths = [0.0]
    for index in 1..<fine.count { lengths.append(lengths[index - 1] + fine[index].distance(to: fine[index - 1])) }
    let total = lengths[lengths.count - 1]
    var next = 0
    colours = (0..<256).map { index in
      let wanted = total * Double(index) / 255
      while next < lengths.count - 2, lengths[next + 1] < wanted { next += 1 }
      let step = lengths[next + 1] - lengths[next]
      let share = step > 0 ? min(max((wanted - lengths[next]) / step, 0), 1) : 0
      let (low, high) = (fine[next], fine[next + 1])
      func between(_ key: (OKLab) -> Double) -> Double { key(low) + share * (key(high) - key(low)) }
      return OKLab(lightness: between(\.lightness), a: between(\.a), b: between(\.b)).colour
    }
  }

  /// The colour for a number; what lies outside 0 to 1 has that of the nearer end.
  public func colour(_ value: Double) -> Colour { colours[Int((min(max(value, 0), 1) * 255).rounded())] }

  /// From nearly black over blue and green to pale yellow: for amounts.
  public static let sequential = ColourMap("sequential") { t in
    (0.17 + 0.79 * t, 0.06 + 0.1 * min(1, 4 * t), 292 - 187 * t)
  }

  /// From black to white: for images of detectors.
  public static let grey = ColourMap("grey") { t in (0.12 + 0.86 * t, 0, 0) }

  /// From blue over white to red: for numbers of both signs.
  public static let diverging = ColourMap("diverging") { t in
    let distance = (2 * t - 1).magnitude
    return (0.965 - 0.535 * distance, 0.165 * min(1, distance * 1.4), t < 0.5 ? 255 : 27)
  }

  /// From black to one hue and white, so that several components can be told apart.
  public static func tinted(_ colour: Colour) -> ColourMap {
    let lab = OKLab(colour)
    let chroma = (lab.a * lab.a + lab.b * lab.b).squareRoot()
    return ColourMap("tinted") { t in
      // The hue by its two axes: a rotation of the positive a axis.
      (0.14 + 0.84 * t, chroma * min(1, t * 3) * min(1, (1 - t) * 2.2), lab.hue)
    }
  }

  /// The greatest chroma up to a wanted one that sRGB has of a lightness and a hue.
  private static func greatestChroma(_ lightness: Double, _ wanted: Double, _ hue: Double) -> Double {
    if OKLab(lightness: lightness, chroma: wanted, hue: hue).isDisplayable { return wanted }
    var (low, high) = (0.0, wanted)
    for _ in 0..<20 {
      let middle = (low + high) / 2
      if OKLab(lightness: lightness, chroma: middle, hue: hue).isDisplayable { low = middle } else { high = middle }
    }
    return low
  }

  /// The mean over a neighbourhood of the least over a neighbourhood: smooth, and nowhere more than there was.
  private static func smoothed(_ values: [Double]) -> [Double] {
    let reach = 80
    func window(_ index: Int) -> Range<Int> { max(0, index - reach)..<min(values.count, index + reach + 1) }
    let least = values.indices.map { values[window($0)].min() ?? 0 }
    return values.indices.map { index in
      let window = window(index)
      return least[window].reduce(0, +) / Double(window.count)
    }
  }
}

extension OKLab {
  /// Degrees from red over yellow.
  public var hue: Double { angle(b, a) * 180 / .pi }
}
