internal import Blocks
internal import Foundation
internal import HDF5
internal import Microscopy
internal import Store

/// What a factorisation works on: a map, or the maps of a series as one matrix; and which pixels and channels of them.
public struct FactorizationTarget: Codable, Hashable, Sendable {
  /// The map; nil: the only one of the file.
  public var map: String?
  /// The series, instead of a map.
  public var series: String?
  /// Masks of the maps: only pixels inside are factorised.
  public var mask: String?
  /// Windows of the signal axis, in its units: only channels whose value lies in one are factorised. Empty: all.
  public var windows: [ClosedRange<Double>] = []

  public init(map: String? = nil, series: String? = nil) {
    self.map = map
    self.series = series
  }

  /// The target as it is in a store.
  func resolve(in store: Store) throws -> ResolvedTarget {
    if let series { return try resolve(for: store.series(series)) }
    return try resolve(for: store.map(map))
  }

  /// The target as it is where a result of it is kept, whatever else is in that file now.
  func resolve(for holder: any ResultHolder) throws -> ResolvedTarget {
    try ResolvedTarget(holder: holder, maps: holder.unitedMaps, target: self)
  }
}

/// The maps of a target as one matrix, and where its results are kept.
struct ResolvedTarget: Sendable {
  let holder: any ResultHolder
  let maps: [Map]
  let source: any BlockSource
  /// Which channels are columns of the matrix; nil: all.
  let channelMask: [Bool]?
  let inputs: [Provenance.Input]

  /// - Parameter maps: the united maps of the holder.
  init(holder: any ResultHolder, maps: [Map], target: FactorizationTarget) throws {
    self.holder = holder
    self.maps = maps
    let first = maps[0]
    for map in maps {
      guard map.type != .complex64, map.type != .complex128 else {
        throw WorkflowError(
          "\(map.path) holds complex numbers, which cannot be factorised",
          advice: "Factorise a map of real values.")
      }
      guard map.navigationRank > 0, !map.signalShape.isEmpty else {
        throw WorkflowError(
          "\(map.path) is a single \(map.signalShape.count == 1 ? "spectrum" : "image"), not a map of many",
          advice: "Factorise a map with at least one navigation axis and one signal axis.")
      }
    }
    let channelMask = try Self.channelMask(of: first, windows: target.windows)
    self.channelMask = channelMask
    var sources: [any BlockSource] = []
    var inputs: [Provenance.Input] = []
    for map in maps {
      let mask = try target.mask.map { try map.mask($0) }
      sources.append(try map.rows(channelMask: channelMask, pixelMask: mask?.pixels))
      inputs.append(try map.input)
      if let mask { inputs.append(mask.input) }
    }
    self.inputs = inputs
    do {
      source = sources.count == 1 ? sources[0] : try ConcatenatedSource(sources)
    } catch {
      throw WorkflowError(
        "\(holder.store.path): the maps of \(holder.group.path) do not make one matrix", advice: error.description)
    }
  }

  private static func channelMask(of map: Map, windows: [ClosedRange<Double>]) throws -> [Bool]? {
    guard !windows.isEmpty else { return nil }
    guard map.signalShape.count == 1, let axis = map.axes.last else {
      throw WorkflowError(
        "windows of channels need a map of spectra, and \(map.path) is one of images",
        advice: "Leave the windows out.")
    }
    let mask = axis.coordinates.map { value in windows.contains { $0.contains(value) } }
    guard mask.contains(true) else {
      let ends = [axis.value(at: 0), axis.value(at: axis.size - 1)].sorted()
      throw WorkflowError(
        "no channel lies in the windows asked for",
        advice: "The axis runs from \(ends[0]) to \(ends[1]) \(axis.units).")
    }
    return mask
  }

  var channelCount: Int { maps[0].signalShape.reduce(1, *) }

  /// Columns of the matrix spread over all channels of the map, NaN where a channel was left out.
  func spread(_ columns: [Float]) -> [Float] {
    guard let channelMask else { return columns }
    var next = 0
    return channelMask.map { kept in
      guard kept else { return .nan }
      defer { next += 1 }
      return columns[next]
    }
  }

  /// The kept ones of all channels of the map.
  func gather(_ channels: [Float]) -> [Float] {
    guard let channelMask, channels.count == channelMask.count else { return channels }
    return zip(channels, channelMask).compactMap { $1 ? $0 : nil }
  }

  /// Component maps over the rows of the matrix as one array per map, each components × the map's pixels.
  func images(_ components: [[Float]]) -> [StoredArray] {
    var first = 0
    return maps.map { map in
      let count = map.navigationShape.reduce(1, *)
      defer { first += count }
      return StoredArray(
        components.flatMap { $0[first..<first + count] }, shape: [components.count] + map.navigationShape)
    }
  }

  /// Adds spectra (components × channels) and component maps to a result.
  func add(spectra: [[Float]], images components: [[Float]], to result: ResultBuilder) throws {
    try result.spectra(
      StoredArray(spectra.flatMap(spread), shape: [spectra.count] + maps[0].signalShape))
    let images = images(components)
    if holder is Series { try result.images(perMap: images) } else { try result.images(images[0]) }
  }
}
