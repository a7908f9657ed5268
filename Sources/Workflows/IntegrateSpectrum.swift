internal import Blocks
internal import Foundation
internal import LinearAlgebra
internal import Microscopy
public import Segmentation
public import Store

/// Sums the spectra of the pixels of a mask, of rectangles or of a whole map; of a series, over all of its maps.
///
/// One pass over the data. The sum is exact for counts below 2⁵³, and the same on any number of threads.
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
  /// Bytes of decoded blocks that are kept.
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
    let sum = try Self.sum(parameters, of: holder, threads: threads, memory: memory, observer)
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
    _ parameters: Parameters, of holder: any ResultHolder, threads: Int, memory: Int, _ observer: Observer
  ) throws -> Sum {
    let maps = try (holder as? Series)?.maps ?? [holder].compactMap { $0 as? Map }
    guard let first = maps.first, first.signalShape.count == 1 else {
      throw WorkflowError(
        maps.isEmpty ? "the series \(holder.path) holds no map" : "\(holder.path) is no map of spectra, so there are none to sum",
        advice: "Name a map with one signal axis.")
    }
    var sum = Sum(
      spectrum: Array(repeating: 0, count: first.signalShape[0]), axes: first.axes.filter { $0.role == .signal }, parts: [],
      inputs: [])
    for (number, map) in maps.enumerated() {
      if let problem = Store.differenceOfSignals(map.axes, first.axes) {
        throw WorkflowError(
          "\(map.path) and \(first.path) differ in \(problem)", advice: "Sum maps of the same calibration.")
      }
      observer.report(.init("Summing spectra", map.name, done: number, of: maps.count, .items))
      if observer.isStopped() { throw Stopped("\(holder.store.path) is as it was") }
      let (pixels, inputs) = try chosen(parameters, of: map)
      let columns = try columnSums(of: map, pixels: pixels, threads: threads, memory: memory)
      for channel in columns.indices { sum.spectrum[channel] += columns[channel] }
      sum.parts.append(
        .init(
          map: map.name, pixels: pixels?.count { $0 } ?? map.navigationShape.reduce(1, *), counts: columns.reduce(0, +)))
      sum.inputs += inputs
    }
    return sum
  }

  /// The pixels that are summed; nil for all.
  private static func chosen(_ parameters: Parameters, of map: Map) throws -> ([Bool]?, [Provenance.Input]) {
    if let name = parameters.mask {
      let mask = try map.usableMask(name)
      return (mask.pixels, [try map.input, mask.input])
    }
    guard let rectangles = parameters.rectangles else { return (nil, [try map.input]) }
    return (try PixelRectangle.mask(rectangles, shape: map.navigationShape).pixels, [try map.input])
  }

  /// The sum over pixels, channel by channel.
  private static func columnSums(of map: Map, pixels: [Bool]?, threads: Int, memory: Int) throws -> [Double] {
    let sweeper = BlockSweeper(try map.rows(pixelMask: pixels), threads: threads, memory: memory)
    let columns = sweeper.source.columnCount
    struct Sums: Sendable {
      var columns: [Double]
      var strange = 0
    }
    let empty = Sums(columns: Array(repeating: 0, count: columns))
    var total = empty
    try sweeper.sweep(
      into: &total, partial: { empty },
      visit: { block, _, partial in
        partial.strange += block.statistics(columnSums: &partial.columns).0.nonFiniteCount
      },
      merge: { total, partial in
        for column in 0..<columns { total.columns[column] += partial.columns[column] }
        total.strange += partial.strange
        partial = empty
      })
    guard total.strange == 0 else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) holds \(total.strange) values that are no numbers among the pixels to sum",
        advice: "Leave them out with a mask.")
    }
    return total.columns
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
    let sum = try sum(parameters, of: holder, threads: resources.threads, memory: resources.memory, observer)
    return { try fill($0, sum) }
  }
}
