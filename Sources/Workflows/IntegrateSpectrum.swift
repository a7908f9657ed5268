internal import Foundation
internal import Microscopy
public import Segmentation
public import Store

/// Sums the spectra of the pixels of a mask, of rectangles or of a whole map; of a series, over all of its maps.
///
/// One pass over the data, and a second one over whole numbers of 2²⁴ and more. The sum of whole numbers is exact up to 2⁵³; values of
/// double precision are taken to single precision first. It is the same on any number of threads.
public struct IntegrateSpectrum: Sendable {
  /// What the result's provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    var mask: String?
    var rectangles: [PixelRectangle]?
  }

  /// The mask of each map; nil: all pixels, or those of the rectangles.
  public var mask: String?
  /// Rectangles of each map, instead of a mask.
  public var rectangles: [PixelRectangle] = []
  /// The map; nil: the only one of the file.
  public var map: String?
  /// The series, instead of a map.
  public var series: String?
  /// Bytes of decoded blocks that may be kept; in one pass none is.
  public var memory = 64 << 20
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// The name of the result; nil: "spectrum", or the next free of "spectrum-2" …
  public var name: String?
  public var note = ""

  public init() {}

  public struct Report: Codable, Sendable {
    /// What a map gave to the sum.
    public struct Part: Codable, Hashable, Sendable {
      public var map: String
      public var pixels: Int
      public var counts: Double
    }

    public var result: String
    public var path: String
    public var channels: Int
    public var pixels: Int
    public var counts: Double
    public var maps: [Part]
    public var seconds: Double
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let holder: any ResultHolder = try series.map { try store.series($0) } ?? store.map(map)
    let name = try name ?? holder.nextResultName("spectrum")
    try holder.requireFree(name)
    let parameters = Parameters(mask: mask, rectangles: rectangles.isEmpty ? nil : rectangles)
    let sum = try Self.sum(parameters, of: holder, threads: threads, observer)
    var made = try Provenance(operation: "spectrum", parameters: parameters, inputs: sum.inputs, started: start, note: note)
    made.finish()
    let result = try writing {
      let result = try holder.addResult(name, made: made) { try Self.fill($0, sum) }
      try store.commit(observer)
      return result
    }
    return Report(
      result: name, path: result.path, channels: sum.spectrum.count, pixels: sum.parts.reduce(0) { $0 + $1.pixels },
      counts: sum.parts.reduce(0) { $0 + $1.counts }, maps: sum.parts, seconds: Date().timeIntervalSince(start))
  }

  /// A sum of spectra, and what it was made of.
  struct Sum {
    var spectrum: [Double]
    var axes: [Axis]
    var parts: [Report.Part]
    var inputs: [Provenance.Input]
  }

  static func sum(
    _ parameters: Parameters, of holder: any ResultHolder, threads: Int, _ observer: Observer
  ) throws -> Sum {
    let maps = try holder.unitedMaps
    guard maps[0].signalShape.count == 1 else {
      throw WorkflowError(
        "\(holder.store.path): \(holder.path) is no map of spectra, so there are none to sum",
        advice: "Name a map with one signal axis.")
    }
    let chosen = try maps.map { try pixels(parameters, of: $0) }
    let sums = try ChannelSums(
      of: zip(maps, chosen).map { ($0, $1.pixels) }, threads: threads, observer)
    var sum = Sum(
      spectrum: Array(repeating: 0, count: maps[0].signalShape[0]), axes: maps[0].axes.filter { $0.role == .signal }, parts: [],
      inputs: chosen.flatMap(\.inputs))
    for (number, map) in maps.enumerated() {
      let own = sums.perMap[number]
      for channel in own.indices { sum.spectrum[channel] += own[channel] }
      sum.parts.append(
        .init(
          map: map.name, pixels: chosen[number].pixels?.count { $0 } ?? map.navigationShape.reduce(1, *),
          counts: own.reduce(0, +)))
    }
    return sum
  }

  /// The pixels that are summed; nil for all.
  private static func pixels(_ parameters: Parameters, of map: Map) throws -> (pixels: [Bool]?, inputs: [Provenance.Input]) {
    if let name = parameters.mask {
      let mask = try map.usableMask(name)
      return (mask.pixels, [try map.input, mask.input])
    }
    guard let rectangles = parameters.rectangles else { return (nil, [try map.input]) }
    let chosen = try map.choosing { () throws(SegmentationError) in
      try PixelRectangle.mask(rectangles, shape: map.navigationShape)
    }
    return (chosen.pixels, [try map.input])
  }

  /// How many pixels two spectra were both summed from; 0 where that cannot be told, of what is no sum or has lost its mask.
  static func sharedPixels(of first: StoredSpectrum, _ second: StoredSpectrum) -> Int {
    guard first.holder.path == second.holder.path, let one = pixels(of: first), let other = pixels(of: second) else { return 0 }
    return zip(one, other).reduce(0) { sum, maps in sum + zip(maps.0, maps.1).count { $0 && $1 } }
  }

  /// Of each map of the holder.
  private static func pixels(of spectrum: StoredSpectrum) -> [[Bool]]? {
    do {
      guard let name = spectrum.name.split(separator: "/").last.map(String.init) else { return nil }
      let made = try spectrum.holder.result(name).provenance
      guard made.operation == "spectrum" else { return nil }
      let parameters = try made.parameters(as: Parameters.self)
      return try spectrum.holder.maps.map { map in
        try pixels(parameters, of: map).pixels ?? Array(repeating: true, count: map.navigationShape.reduce(1, *))
      }
    } catch {
      // A mask that is gone tells nothing.
      return nil
    }
  }

  /// What a result holds of a sum. The variance of counts is their expectation, which the counts themselves estimate.
  static func fill(_ result: ResultBuilder, _ sum: Sum) throws {
    try result.array("spectrum", StoredArray(sum.spectrum), axes: sum.axes, interpretation: "spectrum")
    try result.array("variance", StoredArray(sum.spectrum.map { max(0, $0) }), axes: sum.axes, interpretation: "spectrum")
    try result.scalar("pixels", Double(sum.parts.reduce(0) { $0 + $1.pixels }))
    try result.scalar("counts", sum.parts.reduce(0) { $0 + $1.counts })
    try result.table(
      "parts",
      [
        TableColumn("map", texts: sum.parts.map(\.map)), TableColumn("pixels", numbers: sum.parts.map { Double($0.pixels) }),
        TableColumn("counts", units: "counts", numbers: sum.parts.map(\.counts)),
      ])
  }
}

extension IntegrateSpectrum: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let sum = try sum(parameters, of: holder, threads: resources.threads, observer)
    return { try fill($0, sum) }
  }
}
