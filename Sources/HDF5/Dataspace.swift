/// The extent of an attribute or a dataset.
public enum Dataspace: Hashable, Sendable {
  /// No elements and no shape: h5py's `Empty`.
  case null
  case scalar
  /// Extents in C order, and how far each may grow (`nil` without limit).
  case simple(shape: [Int], maxShape: [Int?])

  /// An array of fixed shape; an empty shape is a scalar.
  public static func array(_ shape: [Int]) -> Dataspace {
    shape.isEmpty ? .scalar : .simple(shape: shape, maxShape: shape)
  }

  /// The extents; empty for a scalar and for the null space.
  public var shape: [Int] {
    if case .simple(let shape, _) = self { shape } else { [] }
  }

  public var maxShape: [Int?] {
    if case .simple(_, let maxShape) = self { maxShape } else { [] }
  }

  public var rank: Int { shape.count }

  /// The number of elements, or `nil` where the product does not fit an `Int`.
  public var checkedCount: Int? {
    switch self {
    case .null: 0
    case .scalar: 1
    case .simple(let shape, _): product(shape)
    }
  }
}

/// The product of extents, or `nil` where it does not fit or an extent is negative; zero wins over overflow.
func product(_ extents: [Int]) -> Int? {
  if extents.contains(where: { $0 < 0 }) { return nil }
  if extents.contains(0) { return 0 }
  var result = 1
  for extent in extents {
    let (next, overflow) = result.multipliedReportingOverflow(by: extent)
    if overflow { return nil }
    result = next
  }
  return result
}
