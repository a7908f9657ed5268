internal import Microscopy

extension Axis {
  /// Axes for an array of which nothing but the shape is known.
  ///
  /// One dimension is a spectrum, two are an image, three a map of spectra, four a map of patterns; more are named
  /// by number, the last one the signal.
  static func defaults(for shape: [Int]) -> [Axis] {
    let names: [String]
    let signalRank: Int
    switch shape.count {
    case 0: return []
    case 1: (names, signalRank) = (["channel"], 1)
    case 2: (names, signalRank) = (["y", "x"], 2)
    case 3: (names, signalRank) = (["y", "x", "channel"], 1)
    case 4: (names, signalRank) = (["y", "x", "ky", "kx"], 2)
    default: (names, signalRank) = (shape.indices.map { "axis-\($0)" }, 1)
    }
    return zip(names, shape).enumerated().map { index, pair in
      Axis(name: pair.0, size: pair.1, role: index < shape.count - signalRank ? .navigation : .signal)
    }
  }
}

extension MapMetadata {
  /// Replaces what is known of the axes by what a user says of them.
  ///
  /// A name such as "energy" or "kx" makes an axis a signal axis; when no name does, the roles stay.
  ///
  /// - Parameter place: where they are described in the file.
  mutating func apply(_ descriptions: [AxisDescription], file: String, at place: Int? = nil) throws(FormatError) {
    guard descriptions.count == axes.count else {
      throw FormatError(
        "import", file: file, offset: place, field: "axes",
        "\(descriptions.count) axes are described and the array has \(axes.count) dimensions",
        advice: "Describe one axis per dimension, slowest first, as in y,x,energy.")
    }
    let namesRoles = descriptions.contains { $0.namesSignal } && descriptions.contains { !$0.namesSignal }
    for (index, description) in descriptions.enumerated() {
      axes[index].name = description.name
      if description.scale != nil || description.offset != nil { axes[index].values = nil }
      if let scale = description.scale { axes[index].scale = scale }
      if let offset = description.offset { axes[index].offset = offset }
      if let units = description.units { axes[index].units = units }
      if namesRoles {
        axes[index].role = description.namesSignal ? .signal : .navigation
      }
    }
  }
}
