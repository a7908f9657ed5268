internal import Blocks
internal import Microscopy

/// Makes maps of any format smaller while they are read, as a user asks for: fewer channels, or fewer pixels.
struct Reduction {
  /// Pixels along a side that are summed to one.
  let factor: Int
  /// keV; channels at and above it are left out.
  let energyCutoff: Double?
  let file: String

  init(_ options: ImportOptions, file: String) throws(FormatError) {
    factor = options.downsampling
    energyCutoff = options.energyCutoff
    self.file = file
    guard factor >= 1 else {
      throw error("down-sampling", "\(factor) pixels cannot be summed", "Give a whole number from 1 on.")
    }
    if let energy = energyCutoff, !energy.isFinite {
      throw error("energy cut-off", "\(energy) is no energy", "Give it in keV, as in 10.")
    }
  }

  /// All that are spectra of X-rays lose their upper channels, and all that are maps are down-sampled.
  ///
  /// Images are left alone, as in RosettaSciIO, unless they have the extents of one of the maps: they were taken with it, and
  /// would no longer lie upon it.
  func apply(to maps: [ImportedMap]) throws(FormatError) -> [ImportedMap] {
    var maps = maps
    if let energyCutoff {
      for index in maps.indices { try crop(&maps[index], below: energyCutoff) }
    }
    guard factor > 1 else { return maps }
    let extents = Set(maps.compactMap { map in Self.pixelDimension(map.metadata).map { Array(map.array.shape[$0...$0 + 1]) } })
    for index in maps.indices {
      if let dimension = Self.pixelDimension(maps[index].metadata) {
        try downsample(&maps[index], along: dimension)
      } else if maps[index].metadata.navigationAxes.isEmpty, maps[index].array.shape.count == 2,
        extents.contains(maps[index].array.shape)
      {
        try downsample(&maps[index], along: 0)
      } else {
        maps[index].notes.append("Not down-sampled: it has no area of pixels with spectra, and is no image of one.")
      }
    }
    return maps
  }

  /// The first of the two innermost navigation axes, when they follow each other.
  private static func pixelDimension(_ metadata: MapMetadata) -> Int? {
    let navigation = metadata.axes.indices.filter { metadata.axes[$0].role == .navigation }
    guard navigation.count >= 2, let last = navigation.last, navigation[navigation.count - 2] == last - 1 else { return nil }
    return last - 1
  }

  /// Scales grow by N, and offsets move to the centre of the first group, as they do in HyperSpy's `rebin`; the ragged last
  /// group keeps the pitch of the others. What a pixel was measured for grows by N².
  private func downsample(_ map: inout ImportedMap, along dimension: Int) throws(FormatError) {
    let shape = map.array.shape
    guard factor <= shape[dimension], factor <= shape[dimension + 1] else {
      throw error(
        "down-sampling",
        "\(factor) × \(factor) pixels are more than \(map.suggestedName) has: \(shape[dimension]) × \(shape[dimension + 1])",
        "Choose a smaller number.")
    }
    let reduced = DownsampledArray(map.array, type: map.type, by: factor, along: dimension, file: file)
    map.array = reduced
    map.type = reduced.type
    for index in dimension...dimension + 1 {
      let axis = map.metadata.axes[index]
      let count = reduced.shape[index]
      if let values = axis.values {
        map.metadata.axes[index].values = (0..<count).map { group in
          let part = values[group * factor..<min((group + 1) * factor, values.count)]
          return part.reduce(0, +) / Double(part.count)
        }
      } else {
        map.metadata.axes[index].offset += Double(factor - 1) * axis.scale / 2
        map.metadata.axes[index].scale *= Double(factor)
      }
      map.metadata.axes[index].size = count
    }
    if let dwell = map.metadata.instrument.dwellTime { map.metadata.instrument.dwellTime = dwell * Double(factor * factor) }
    let edges = zip(["rows", "columns"], [shape[dimension] % factor, shape[dimension + 1] % factor])
      .filter { $0.1 > 0 }.map { "the last group of \($0.0) has \($0.1)" }
    map.notes.append((["Each \(factor) × \(factor) pixels were summed to one"] + edges).joined(separator: "; ") + ".")
  }

  private func crop(_ map: inout ImportedMap, below energy: Double) throws(FormatError) {
    let metadata = map.metadata
    let signal = metadata.axes.indices.filter { metadata.axes[$0].role == .signal }
    guard metadata.signalType.hasPrefix("EDS"), signal.count == 1, let dimension = signal.first else { return }
    let axis = metadata.axes[dimension]
    let perUnit: Double
    switch axis.units {
    case "keV": perUnit = 1
    case "eV": perUnit = 1000
    default: return
    }
    let count = Self.channels(of: axis, below: energy * perUnit)
    guard count > 0 else {
      throw error(
        "energy cut-off", "\(map.suggestedName) has no channel below \(energy) keV",
        "Choose a higher energy: the first channel is at \(axis.value(at: 0)) \(axis.units).")
    }
    guard count < axis.size else { return }
    map.array = ChannelRangeArray(map.array, first: count, along: dimension)
    map.metadata.axes[dimension].size = count
    map.metadata.axes[dimension].values = axis.values.map { Array($0.prefix(count)) }
    map.notes.append("Channels at and above \(energy) keV were left out: \(count) of \(axis.size) remain.")
  }

  /// How many channels of an ascending axis are below a value; all of another.
  private static func channels(of axis: Axis, below value: Double) -> Int {
    if let values = axis.values {
      let isAscending = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
      return isAscending ? values.firstIndex { $0 >= value } ?? axis.size : axis.size
    }
    guard axis.scale > 0 else { return axis.size }
    // The calibration has fewer digits than this.
    let exact = ((value - axis.offset) / axis.scale - 1e-6).rounded(.up)
    // A calibration may be any number, and none.
    guard exact > 0 else { return 0 }
    return exact >= Double(axis.size) ? axis.size : Int(exact)
  }

  private func error(_ field: String, _ problem: String, _ advice: String) -> FormatError {
    FormatError("import", file: file, field: field, problem, advice: advice)
  }
}
