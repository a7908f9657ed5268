internal import Foundation
public import Segmentation
public import Store

/// Makes masks of the images of a component: of the map of a result, or of every map of the series that it belongs to.
public struct SegmentImages: Sendable {
  /// How pixels are chosen.
  public enum Method: Hashable, Sendable {
    case grabCut(GrabCut)
    case threshold(Threshold)
  }

  /// What the masks' provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    /// The result, and its array for the map.
    var from: String
    var array: String
    /// Counted from 1.
    var component: Int
    var rectangles: [PixelRectangle]?
    var iterations: Int?
    /// "otsu", "triangle", "noise:3" or a number.
    var threshold: String?
    /// One standard deviation in pixels.
    var smoothing: Double?
    var background: String?
    /// Whether the image is that of the parts that the component has of each pixel.
    var share: Bool?
  }

  public var from: String
  /// Counted from 1.
  public var component: Int
  public var method: Method
  /// The name of the masks.
  public var name: String
  /// The only map that is wanted of a result of a series.
  public var map: String?
  public var note = ""
  /// One standard deviation, in pixels, of a Gaussian that the images are smoothed with first; 0: they are not.
  public var smoothing = 0.0
  /// A mask of each map whose pixels alone tell a threshold's level.
  public var background: String?
  /// Whether images are divided by the sum of all components, so that a change of thickness is none of the image.
  public var usesShares = false

  public init(from: String, component: Int, method: Method, name: String) {
    self.from = from
    self.component = component
    self.method = method
    self.name = name
  }

  public struct Report: Codable, Sendable {
    public var name: String
    public var method: String
    public var masks: [MaskReport]
    public var seconds: Double
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let choice = try ResultChoice(from, map: map, in: store)
    let images = try choice.images("abundances", of: map)
    for image in images { try image.map.requireFreeMask(name) }
    var masks: [NewMask] = []
    var reports: [(inside: Double, outside: Double)] = []
    for (number, image) in images.enumerated() {
      observer.report(.init("Segmenting", image.map.name, done: number, of: images.count, .items))
      if observer.isStopped() { throw Stopped("\(store.path) is as it was") }
      let around = try background.map { try image.map.usableMask($0) }
      let values = try choice.result.image(component, of: image.array, for: image.map, isShare: usesShares)
      let (mask, level) = try Self.segment(values, image.map, method, smoothing: smoothing, background: around)
      let made = try Provenance(
        operation: operation, parameters: parameters(choice.result.path, image.array),
        inputs: [choice.result.input(image.array)] + [around?.input].compactMap(\.self), started: start, note: note)
      masks.append(NewMask(map: image.map, mask: mask, level: level, made: made))
      reports.append((Self.mean(values, mask), Self.mean(values, mask.complement)))
    }
    let result = try store.add(masks, named: name, observer)
    return Report(
      name: name, method: methodName,
      masks: zip(result, zip(images, reports)).map { mask, more in
        var report = MaskReport(mask, of: more.0.map)
        (report.meanInside, report.meanOutside) = more.1
        return report
      }, seconds: Date().timeIntervalSince(start))
  }

  /// Whether there would be pixels in every map.
  func findsPixels(in store: Store) throws -> Bool {
    let choice = try ResultChoice(from, map: map, in: store)
    return try choice.images("abundances", of: map).allSatisfy { image in
      let values = try choice.result.image(component, of: image.array, for: image.map, isShare: usesShares)
      let around = try background.map { try image.map.usableMask($0) }
      return try !Self.segment(values, image.map, method, smoothing: smoothing, background: around).mask.isEmpty
    }
  }

  /// By how many standard deviations of the pixels outside those inside lie above them on average; the least of all maps.
  func contrast(in store: Store) throws -> Double {
    let choice = try ResultChoice(from, map: map, in: store)
    return try choice.images("abundances", of: map).map { image in
      let values = try choice.result.image(component, of: image.array, for: image.map, isShare: usesShares)
      let mask = try Self.segment(values, image.map, method, smoothing: smoothing, background: nil).mask
      guard !mask.isEmpty else { return 0 }
      let outside = zip(values, mask.pixels).compactMap { $1 ? nil : $0 }
      let noise = try NoiseBackground(outside)
      return noise.deviation > 0 ? (Self.mean(values, mask) - noise.middle) / noise.deviation : .infinity
    }.min() ?? 0
  }

  private var operation: String {
    switch method {
    case .grabCut: "grabcut"
    case .threshold: "threshold"
    }
  }

  private var methodName: String {
    switch method {
    case .grabCut: "grabcut"
    case .threshold(let threshold): threshold.text
    }
  }

  private func parameters(_ result: String, _ array: String) -> Parameters {
    var parameters = Parameters(from: result, array: array, component: component)
    parameters.smoothing = smoothing > 0 ? smoothing : nil
    parameters.background = background
    parameters.share = usesShares ? true : nil
    switch method {
    case .grabCut(let cut): (parameters.rectangles, parameters.iterations) = (cut.rectangles, cut.iterations)
    case .threshold(let threshold): parameters.threshold = threshold.text
    }
    return parameters
  }

  static func segment(
    _ image: [Double], _ map: Map, _ method: Method, smoothing: Double, background: Mask?
  ) throws -> (mask: PixelMask, level: Double?) {
    let shape = map.navigationShape
    guard smoothing >= 0, smoothing.isFinite else {
      throw WorkflowError("a smoothing over \(smoothing) pixels", advice: "Give 0 or more.")
    }
    let gaussian = GaussianSmoothing(deviation: smoothing)
    let smooth = gaussian.apply(image, shape: shape)
    return try map.choosing { () throws(SegmentationError) in
      switch method {
      case .grabCut(let cut): return (try cut.mask(of: smooth, shape: shape), nil)
      case .threshold(let threshold):
        let told = background.map { zip(smooth, $0.pixels).map { $1 ? $0 : .nan } }
        let level = try threshold.level(of: told ?? smooth, noise: gaussian.noise(of: image, shape: shape))
        return (PixelMask(shape: shape, pixels: smooth.map { $0 > level }), level)
      }
    }
  }

  private static func mean(_ image: [Double], _ mask: PixelMask) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (value, isInside) in zip(image, mask.pixels) where isInside && value.isFinite { (sum, count) = (sum + value, count + 1) }
    return count > 0 ? sum / count : 0
  }
}
