/// A step that each chunk passes on its way to the file.
public enum Filter: Hashable, Sendable {
  case shuffle
  /// zlib's deflate, levels 0 to 9.
  case deflate(level: Int)
  case fletcher32
  /// Rice coding: the option mask of `H5Pset_szip` and an even number of pixels a block, up to 32.
  case szip(options: Int, pixelsPerBlock: Int)
  /// Packs types with a precision below their size.
  case nbit
  /// Integers in the fewest bits (`factor` bits, 0 to choose), floats with `factor` decimal digits.
  case scaleOffset(factor: Int, forFloats: Bool)
  /// Any registered filter with its own parameters.
  case other(id: Int, isOptional: Bool, values: [UInt32], name: String)

  public var id: Int {
    switch self {
    case .deflate: 1
    case .shuffle: 2
    case .fletcher32: 3
    case .szip: 4
    case .nbit: 5
    case .scaleOffset: 6
    case .other(let id, _, _, _): id
    }
  }
}

extension [Filter] {
  /// Shuffle and deflate, which every reader knows.
  public static var standard: [Filter] { standard(level: 4) }

  public static func standard(level: Int) -> [Filter] { [.shuffle, .deflate(level: level)] }
}
