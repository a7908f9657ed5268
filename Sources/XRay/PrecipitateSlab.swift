internal import LinearAlgebra

/// Spherical precipitates at random places in and through a slab, seen from above.
///
/// Under each pixel the slab is cut into 64 slices, each of one phase: overlaps through the thickness are mixtures. The
/// first precipitate of a phase is of the largest and lies in the middle, where there is room for it, so that pixels
/// exist that hold the phase alone and unmixing has one answer.
struct PrecipitateSlab: Sendable {
  static let sliceCount = 64
  /// nm
  static let diameters = 20.0...150.0

  let height: Int
  let width: Int
  /// Slices of each precipitate phase under each pixel, in C order; the rest are matrix.
  private(set) var slices: [[UInt8]] = []
  private var taken: [UInt64]
  /// Of the slab's thickness.
  private let pixelSize: Double

  /// - Parameters:
  ///   - thickness: nm, as is `pixelSize`.
  ///   - fractions: The volume fraction of each precipitate phase, reached within 2 % where a map is larger than its precipitates.
  init(
    height: Int, width: Int, pixelSize: Double, thickness: Double, fractions: [Double],
    generator: inout RandomGenerator
  ) {
    self.height = height
    self.width = width
    self.pixelSize = pixelSize / thickness
    taken = Array(repeating: 0, count: height * width)
    let all = Double(height * width * Self.sliceCount)
    for fraction in fractions {
      slices.append(Array(repeating: 0, count: height * width))
      var filled = 0
      var rejected = 0
      var sphere = largestSphere(thickness: thickness, using: &generator)
      while Double(filled) < 0.98 * fraction * all, rejected < 1000 {
        let gain = claim(sphere, keep: false)
        if gain == 0 || Double(filled + gain) > 1.02 * fraction * all {
          rejected += 1
        } else {
          filled += claim(sphere, keep: true)
          rejected = 0
        }
        sphere = randomSphere(thickness: thickness, using: &generator)
      }
    }
    taken = []
  }

  /// In units of the slab's thickness.
  private struct Sphere {
    var x: Double
    var y: Double
    var z: Double
    var radius: Double
  }

  private func largestSphere(thickness: Double, using generator: inout RandomGenerator) -> Sphere {
    let radius = Self.diameters.upperBound / 2 / thickness
    let place = (generator.nextDouble(), generator.nextDouble())
    func inside(_ position: Double, _ count: Int) -> Double {
      let extent = Double(count) * pixelSize
      return extent > 2 * radius ? radius + position * (extent - 2 * radius) : extent / 2
    }
    return Sphere(x: inside(place.0, width), y: inside(place.1, height), z: 0.5, radius: radius)
  }

  private func randomSphere(thickness: Double, using generator: inout RandomGenerator) -> Sphere {
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.nextDouble() }
    let radius = uniform(Self.diameters.lowerBound, Self.diameters.upperBound) / 2 / thickness
    return Sphere(
      x: uniform(-radius, Double(width) * pixelSize + radius),
      y: uniform(-radius, Double(height) * pixelSize + radius),
      z: uniform(-radius, 1 + radius), radius: radius)
  }

  /// Counts the slices that a sphere fills and no other has, and gives them to the newest phase if they are to be kept.
  private mutating func claim(_ sphere: Sphere, keep: Bool) -> Int {
    let rows = pixels(around: sphere.y, radius: sphere.radius, count: height)
    let columns = pixels(around: sphere.x, radius: sphere.radius, count: width)
    var gain = 0
    for row in rows {
      let dy = (Double(row) + 0.5) * pixelSize - sphere.y
      for column in columns {
        let dx = (Double(column) + 0.5) * pixelSize - sphere.x
        let square = sphere.radius * sphere.radius - dx * dx - dy * dy
        guard square > 0 else { continue }
        let pixel = row * width + column
        let fresh =
          Self.mask(from: sphere.z - square.squareRoot(), to: sphere.z + square.squareRoot()) & ~taken[pixel]
        gain += fresh.nonzeroBitCount
        if keep {
          taken[pixel] |= fresh
          slices[slices.count - 1][pixel] += UInt8(fresh.nonzeroBitCount)
        }
      }
    }
    return gain
  }

  private func pixels(around centre: Double, radius: Double, count: Int) -> Range<Int> {
    let first = max(0, Int(((centre - radius) / pixelSize).rounded(.down)))
    let end = min(count, Int(((centre + radius) / pixelSize).rounded(.up)))
    return first..<max(first, end)
  }

  /// The slices whose middles lie between two depths.
  private static func mask(from top: Double, to bottom: Double) -> UInt64 {
    let count = Double(sliceCount)
    let first = Int(max(0, (top * count - 0.5).rounded(.up)))
    let last = Int(min(count - 1, (bottom * count - 0.5).rounded(.down)))
    return first > last ? 0 : (UInt64.max << UInt64(first)) & (UInt64.max >> UInt64(63 - last))
  }
}
